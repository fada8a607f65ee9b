// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.wait.Waits;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/// Who lives on a hub that has a loop: green threads enter and leave, and whoever closes the hub
/// waits until the last has left.
final class Membership {
    /*
     * The list belongs to the loop and stays as it is once the loop has ended. A thread on the
     * carrier enters at once: Takeover looks for enter() and leave() on stacks.
     */
    private final HubLoop loop;
    private final LiveStrands live = new LiveStrands(); // hub only
    private final CountDownLatch idle = new CountDownLatch(1);
    private boolean closing; // hub only: tell when nobody lives any more

    Membership(HubLoop loop) {
        this.loop = loop;
    }

    /// Called on the green thread when its body begins.
    void enter(HubStrand strand) {
        if (loop.isCurrent()) {
            live.add(strand);
        } else {
            loop.send(() -> enterSent(strand));
        }
    }

    private void enterSent(HubStrand strand) {
        if (!loop.isClosed()) {
            live.add(strand);
        }
    }

    /// Called on the green thread when its body has ended.
    void leave(HubStrand strand) {
        if (loop.isCurrent()) {
            live.remove(strand);
            tellIfIdle();
        } else {
            loop.send(() -> leaveSent(strand));
        }
    }

    private void leaveSent(HubStrand strand) {
        if (!loop.isClosed()) {
            live.remove(strand);
            tellIfIdle();
        }
    }

    private void tellIfIdle() {
        if (closing && live.count() == 0) {
            idle.countDown();
        }
    }

    /// Tells each that lives, and then the poller, soon, on a thread of the JDK.
    void tellLive(Consumer<HubStrand> tell) {
        loop.execute(() -> {
            var all = live.toList();
            loop.fallback.execute(() -> {
                all.forEach(tell);
                loop.poller.hubCloses();
            });
        });
    }

    /// Waits until nobody lives: see [Engine#awaitIdle].
    boolean awaitIdle(long deadline) {
        loop.send(() -> {
            if (!loop.isClosed()) {
                closing = true;
                tellIfIdle();
            }
        });
        return Waits.await(idle, deadline) && live.count() == 0;
    }

    /// Called by the loop when it ends: whoever waits need not wait longer.
    void stop() {
        idle.countDown();
    }

    /// How many live. Callable from every thread.
    long count() {
        return live.count();
    }

    /// Those that live; for another thread with gaps, see [LiveStrands#toList].
    List<HubStrand> toList() {
        return live.toList();
    }
}
