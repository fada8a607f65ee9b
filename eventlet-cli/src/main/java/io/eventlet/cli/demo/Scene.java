// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.demo;

import java.time.Duration;
import java.util.List;

/// What happened in one act.
///
/// @param atOnce how many there were at the same time
/// @param took how long it took
/// @param oneByOne how long it would have taken one after another
/// @param cpu the processor time of the whole process meanwhile
/// @param facts what else there is to say, a line each
/// @param sound whether everything went as it should have
record Scene(
        int atOnce,
        Duration took,
        Duration oneByOne,
        Duration cpu,
        List<String> facts,
        boolean sound) {
    /// How many times as long it would have taken one after another.
    double gain() {
        return (double) oneByOne.toNanos() / Math.max(1, took.toNanos());
    }
}
