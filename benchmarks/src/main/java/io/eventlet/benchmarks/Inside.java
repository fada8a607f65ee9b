// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import io.eventlet.Eventlet;
import io.eventlet.Task;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Mode;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Where the measured code runs. JMH calls benchmarks on a platform thread; most code that uses
/// green threads is itself in one. The way in is paid once for the thousands of operations of a
/// call.
final class Inside {

    private Inside() {}

    /// Where a body runs, and where another one that it starts does.
    enum Place {
        /// Both are green threads of the main hub.
        HUB {
            @Override
            void run(Task body) {
                hub(body);
            }

            @Override
            void start(Task body) {
                Eventlet.spawnN(body);
            }
        },

        /// Each is a green thread of a hub of its own.
        TWO_HUBS {
            @Override
            void run(Task body) {
                hub(body);
            }

            @Override
            void start(Task body) {
                Eventlet.spawnOn(Second.HUB, body);
            }
        },

        /// Both are virtual threads of the JDK's scheduler.
        JDK {
            @Override
            void run(Task body) throws Exception {
                virtualThread(body);
            }

            @Override
            void start(Task body) {
                Inside.start(body);
            }
        };

        abstract void run(Task body) throws Exception;

        abstract void start(Task body);
    }

    private static final class Second {
        static final Hub HUB = Hub.start();
    }

    /// Runs the body in a green thread of the main hub; refuses to measure portable mode by
    /// mistake.
    static void hub(Task body) {
        if (Hub.main().mode() != Mode.HUB) {
            throw new IllegalStateException("not in hub mode: the forked JVM lacks its flags");
        }
        Eventlet.run(body);
    }

    /// Runs the body in a virtual thread of the JDK's scheduler.
    static void virtualThread(Task body) throws ExecutionException, InterruptedException {
        var result =
                new FutureTask<Void>(() -> {
                    body.run();
                    return null;
                });
        Thread.startVirtualThread(result);
        result.get();
    }

    /// Starts a virtual thread of the caller's scheduler; a failure is printed by the thread's
    /// handler.
    static Thread start(Task body) {
        return Thread.startVirtualThread(() -> {
            try {
                body.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
