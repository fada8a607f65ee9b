// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import io.eventlet.benchmarks.Inside.Place;

/// Two threads that have to do with each other: on one hub, beside one carrier and one thread, or
/// on a hub each, beside as many carriers and threads as there are processors.
///
/// Subclasses say which by what they hand up, and by the options of the forks for those that have
/// none of their own.
public abstract class Talk extends Timed {

    /// Where the green threads run.
    final Place green;

    /// Whether coroutines share one thread.
    final boolean onOne;

    Talk(Place green) {
        this.green = green;
        onOne = green == Place.HUB;
    }
}
