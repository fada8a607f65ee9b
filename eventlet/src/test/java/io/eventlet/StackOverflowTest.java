// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.queue.GreenQueue;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/// A green thread whose stack ends inside a call of this library: what it called goes on working.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class StackOverflowTest {
    private static final int PLACES = 30; // at which the stack ends, a frame apart

    /// Something that may be called again and again, and whose lock is free then.
    record Call(String name, Runnable body) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Call> calls() {
        var queue = GreenQueue.<String>unbounded();
        var rendezvous = GreenQueue.<String>rendezvous();
        var semaphore = new CappedSemaphore(1, 2);
        var event = new Event<String>();
        var pool = new GreenPool(1);
        return Stream.of(
                new Call(
                        "put and get",
                        () -> {
                            queue.put("item");
                            queue.get();
                        }),
                new Call("rendezvous", () -> rendezvous.tryPut("item")),
                new Call(
                        "acquire and release",
                        () -> {
                            semaphore.tryAcquire();
                            semaphore.tryRelease();
                        }),
                new Call(
                        "send and reset",
                        () -> {
                            event.trySend("news");
                            if (event.isReady()) {
                                event.reset();
                            }
                        }),
                new Call("resize", () -> pool.resize(1)));
    }

    private static void recurse(Runnable body, int padding) {
        body.run();
        if (padding > 0) {
            recurse(body, padding - 1);
        } else {
            recurseOn(body);
        }
    }

    @SuppressWarnings("InfiniteRecursion") // that is what it is about
    private static void recurseOn(Runnable body) {
        body.run();
        recurseOn(body);
    }

    private static boolean overflows(Runnable body, int padding) {
        try {
            recurse(body, padding);
            return false;
        } catch (StackOverflowError e) {
            return true;
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void leavesNoLockHeld(Call call) throws Exception {
        for (int i = 0; i < PLACES; i++) {
            int padding = i;
            assertThat(Eventlet.spawn(() -> overflows(call.body(), padding)).await()).isTrue();

            var again = new FutureTask<>(call.body(), "done");
            Thread.ofPlatform().daemon().start(again);
            assertThat(again.get()).isEqualTo("done");
        }
    }

    @Test
    void endsTheGreenThreadAndNothingElse() {
        var failed =
                Eventlet.spawn(() -> {
                    recurseOn(() -> {});
                    return "never";
                });

        failed.join();

        assertThat(failed.failure()).isInstanceOf(StackOverflowError.class);
        assertThat(Eventlet.spawn(() -> "goes on").await()).isEqualTo("goes on");
    }
}
