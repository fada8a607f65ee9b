// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.demo;

import io.eventlet.cli.process.ThisProcess;

import java.time.Duration;

/// Measures the time and the processor time since it was started.
final class Stopwatch {
    private final long start = System.nanoTime();
    private final Duration startCpu = ThisProcess.cpuTime();

    private Stopwatch() {}

    static Stopwatch start() {
        return new Stopwatch();
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /// What all threads of the process used together.
    Duration cpu() {
        return ThisProcess.cpuTime().minus(startCpu);
    }
}
