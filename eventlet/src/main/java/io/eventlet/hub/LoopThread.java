// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.os.CarrierThread;

/// A platform thread that turns the loop of a hub.
final class LoopThread extends CarrierThread {
    final HubLoop loop;
    boolean byHubClock; // this thread: the wait that comes next is timed by the hub's clock

    LoopThread(HubLoop loop, String name, Runnable body) {
        super(body, name);
        this.loop = loop;
    }

    boolean takeByHubClock() {
        boolean taken = byHubClock;
        byHubClock = false;
        return taken;
    }
}
