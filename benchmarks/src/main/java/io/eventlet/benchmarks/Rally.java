// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Two threads that hand a ball to each other by park and unpark; every stroke is one switch.
///
/// The thread that calls [#serve] is one player, the other runs [#receive]. With a limit each wait
/// also arms a timer, which is cancelled when the ball comes, as a socket's read timeout is.
final class Rally {

    private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final int rounds;
    private final boolean limited;
    private final Side here = new Side();
    private final Side there = new Side();

    Rally(int rounds, boolean limited) {
        this.rounds = rounds;
        this.limited = limited;
    }

    /// The part of the other thread.
    void receive() {
        for (int i = 0; i < rounds; i++) {
            there.awaitBall(limited);
            here.take();
        }
    }

    /// The part of the calling thread, against the one that runs [#receive].
    void serve(Thread opponent) {
        here.player = Thread.currentThread();
        there.player = opponent;
        for (int i = 0; i < rounds; i++) {
            there.take();
            here.awaitBall(limited);
        }
    }

    private static final class Side {
        private volatile Thread player;
        private volatile boolean ball;

        void take() {
            ball = true;
            LockSupport.unpark(player);
        }

        void awaitBall(boolean limited) {
            while (!ball) {
                if (limited) {
                    LockSupport.parkNanos(this, LIMIT_NANOS);
                } else {
                    LockSupport.park(this);
                }
            }
            ball = false;
        }
    }
}
