// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/// What the watchdog says about one hub, in place of the log. Closed by the test.
final class Stalls implements AutoCloseable {
    private final LinkedBlockingQueue<Stall> reported = new LinkedBlockingQueue<>();

    Stalls(String hub) {
        Hub.onStall(stall -> {
            if (stall.hub().equals(hub)) {
                reported.add(stall);
            }
        });
    }

    Stall next() throws InterruptedException {
        return reported.take();
    }

    /// The next of a thread that another has taken over from: a busy machine may make others.
    Stall nextTakeover() throws InterruptedException {
        while (true) {
            var next = reported.take();
            if (next.takenOver()) {
                return next;
            }
        }
    }

    List<Stall> rest() {
        var rest = new ArrayList<Stall>();
        reported.drainTo(rest);
        return rest;
    }

    @Override
    public void close() {
        Hub.onStall(null);
    }
}
