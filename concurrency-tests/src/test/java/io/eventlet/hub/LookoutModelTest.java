// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import org.jetbrains.lincheck.Lincheck;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.locks.LockSupport;

/// A hub that looks, sleeps and is woken, and two that send to it: they switch where Lincheck says.
/// One that sleeps for ever is a failure.
@Tag("interleavings")
@Timeout(300)
class LookoutModelTest {
    private static final int RUNS = 1_000;
    private static final int SENDERS = 2;

    /// So that Lincheck sees that it is shared.
    @SuppressWarnings("UnusedVariable")
    private static volatile @Nullable Object seen;

    /// What a loop does, with a parked thread for a poll that waits.
    private static final class Loop implements Runnable {
        private final Inbox inbox = new Inbox();
        private final Lookout lookout;
        private final Thread thread = new Thread(this);
        private volatile boolean woken;
        private int ran; // by the thread

        Loop() {
            var hubs = new AwakeHubs(2, () -> -1);
            hubs.add(inbox);
            lookout = new Lookout(hubs, () -> 0); // time stands still: a look is until a timer
        }

        @Override
        public void run() {
            while (ran < SENDERS) {
                inbox.drain(Runnable::run);
                if (ran < SENDERS && !lookout.look(inbox, 0, 0) && inbox.sleep()) {
                    while (!woken) {
                        LockSupport.park(this);
                    }
                    woken = false;
                }
                boolean ignored = inbox.wake();
            }
        }

        void send() {
            inbox.push(() -> ran++);
            if (inbox.wake()) {
                woken = true;
                LockSupport.unpark(thread);
            }
        }
    }

    @Test
    void whoSendsToAHubThatLooksIsHeard() {
        Lincheck.runConcurrentTest(
                RUNS,
                () -> {
                    var loop = new Loop();
                    seen = loop;
                    var first = new Thread(loop::send);
                    var second = new Thread(loop::send);
                    loop.thread.start();
                    first.start();
                    second.start();
                    join(loop.thread);
                    join(first);
                    join(second);
                });
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
