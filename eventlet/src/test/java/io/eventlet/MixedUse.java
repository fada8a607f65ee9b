// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.eventlet.hub.Hub;
import io.eventlet.testing.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.provider.Arguments;

import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/// One thread waits, another one ends the wait: each kind of thread with each.
@Timeout(60)
@ExtendWith(NoLeaks.class)
abstract class MixedUse {
    private final Hub other = Hub.start();

    /// A kind of thread.
    enum On {
        HUB,
        OTHER_HUB,
        PLATFORM_THREAD,
        VIRTUAL_THREAD;

        boolean isGreen() {
            return this == HUB || this == OTHER_HUB;
        }
    }

    /// A task and the thread that runs it.
    static final class Started<T> extends FutureTask<T> {
        private volatile Thread thread;
        private volatile GreenThread<?> green; // set before the thread is

        Started(Callable<T> body) {
            super(body);
        }

        @Override
        public void run() {
            green = Eventlet.current();
            thread = Thread.currentThread();
            super.run();
        }

        /// Returns once its thread waits.
        Started<T> waiting() {
            Eventually.until(() -> isDone() || (thread != null && isWaiting(thread.getState())));
            return this;
        }

        /// Kills its thread, once it has begun, or interrupts it if it is not a green one.
        void kill() {
            if (green == null) {
                thread.interrupt();
            } else {
                green.kill();
            }
        }

        private static boolean isWaiting(Thread.State state) {
            return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
        }
    }

    static Stream<Arguments> pairs() {
        return Arrays.stream(On.values())
                .flatMap(one -> Arrays.stream(On.values()).map(two -> arguments(one, two)));
    }

    @AfterEach
    void closeHub() {
        other.close();
    }

    final <T> Started<T> start(On where, Callable<T> body) {
        var task = new Started<>(body);
        switch (where) {
            case HUB -> Eventlet.spawn(task::run);
            case OTHER_HUB -> Eventlet.spawnOn(other, task::run);
            case PLATFORM_THREAD -> Thread.ofPlatform().start(task);
            case VIRTUAL_THREAD -> Thread.ofVirtual().start(task);
        }
        return task;
    }

    final void run(On where, Task body) throws Exception {
        start(where, Body.callable(body)).get();
    }
}
