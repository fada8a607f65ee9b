// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.eventlet.dag.DagPool;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// Errors of green threads that nobody has asked for.
@Timeout(60)
class UnseenErrorTest {
    private static final String MESSAGE = "nobody has asked for this";

    @AfterEach
    void restoreHandler() {
        Eventlet.onUncaughtError(null);
    }

    /// Defect 12 of Eventlet, which prints every error at once.
    @Test
    void errorIsReportedWhenNobodyCanAskForItAnyMore() throws InterruptedException {
        var error = new IllegalStateException(MESSAGE);
        var reported = reported(error);

        var thread = failing(error);

        awaitCollected(reported);
        assertThat(thread.isAlive()).isFalse(); // holding the thread has not kept it quiet
    }

    private static Thread failing(RuntimeException error) throws InterruptedException {
        var thread =
                Eventlet.spawn(
                                () -> {
                                    throw error;
                                })
                        .thread();
        thread.join();
        return thread;
    }

    /// An error of a job that has a green thread, as jobs do.
    private static final class JobFailed extends Exception {
        private static final long serialVersionUID = 1;

        private final transient AtomicReference<@Nullable Object> job = new AtomicReference<>();

        JobFailed() {
            super(MESSAGE);
        }

        /// Has the error lead to something.
        void hold(Object held) {
            job.set(held);
        }
    }

    private static CountDownLatch reported(Throwable error) {
        var reported = new CountDownLatch(1);
        Eventlet.onUncaughtError((_, e) -> {
            if (e == error) {
                reported.countDown();
            }
        });
        return reported;
    }

    /// Starts a green thread that fails with an error, and has something done with it before.
    private static void fail(Exception error, Consumer<GreenThread<?>> before)
            throws InterruptedException {
        var go = new Event<String>();
        GreenThread<?> green =
                Eventlet.spawn(() -> {
                    go.await();
                    throw error;
                });
        before.accept(green);
        go.send("fail");
        green.thread().join();
    }

    @Test
    void errorThatHoldsItsGreenThreadIsReportedLikeAnyOther() throws InterruptedException {
        // the handler must not hold it either: it is told by its message
        var reported = new CountDownLatch(1);
        Eventlet.onUncaughtError((_, e) -> {
            if (e instanceof JobFailed && MESSAGE.equals(e.getMessage())) {
                reported.countDown();
            }
        });

        failHoldingIt();

        awaitCollected(reported);
    }

    private static void failHoldingIt() throws InterruptedException {
        var error = new JobFailed();
        fail(error, error::hold);
    }

    @Test
    void errorWhoseCauseHoldsItsGreenThreadIsReportedLikeAnyOther() throws InterruptedException {
        var reported = new CountDownLatch(1);
        Eventlet.onUncaughtError((_, e) -> {
            if (e instanceof IOException) {
                reported.countDown();
            }
        });

        failBecauseOfOneThatHoldsIt();

        awaitCollected(reported);
    }

    private static void failBecauseOfOneThatHoldsIt() throws InterruptedException {
        var cause = new JobFailed();
        fail(new IOException(cause), cause::hold);
    }

    @Test
    void errorWhoseCausesAreARingIsReportedLikeAnyOther() throws InterruptedException {
        var error = new IOException(MESSAGE);
        var cause = new IOException("cause", error);
        error.initCause(cause);
        error.addSuppressed(cause);
        var reported = reported(error);

        fail(error, _ -> {});

        awaitCollected(reported);
    }

    @Test
    void errorOfAGraphThatHoldsItIsReportedLikeAnyOther() throws InterruptedException {
        var reported = new CountDownLatch(1);
        Eventlet.onUncaughtError((_, e) -> {
            if (e instanceof JobFailed) {
                reported.countDown();
            }
        });

        failInAGraph();

        awaitCollected(reported);
    }

    private static void failInAGraph() {
        var pool = new DagPool<String, String>();
        var error = new JobFailed();
        error.hold(pool);
        pool.spawn(
                "a",
                List.of(),
                (_, _) -> {
                    throw error;
                });
        Eventually.until(() -> pool.running() == 0);
    }

    /// An error that has been asked for is no news, though what asked is gone.
    @Test
    void errorThatWasAskedForIsNotReported() throws InterruptedException {
        var asked = new IllegalStateException("asked for");
        var unasked = new IllegalStateException(MESSAGE);
        var told = new CopyOnWriteArrayList<Throwable>();
        var reported = new CountDownLatch(1);
        Eventlet.onUncaughtError((_, e) -> {
            told.add(e);
            if (e == unasked) {
                reported.countDown();
            }
        });

        askAfterTheEnd(asked);
        var ignored = failing(unasked);

        awaitCollected(reported);
        assertThat(told).containsExactly(unasked);
    }

    private static void askAfterTheEnd(RuntimeException error) throws InterruptedException {
        var green =
                Eventlet.spawn(() -> {
                    throw error;
                });
        green.thread().join();
        assertThat(catchThrowable(green::await)).hasCause(error);
    }

    /// The JVM holds the last exception that compiled code has thrown on the thread of a hub.
    private static void throwAnother() {
        var another =
                Eventlet.spawn(() -> {
                    throw new IllegalStateException("another");
                });
        assertThat(catchThrowable(another::await)).isInstanceOf(TaskFailed.class);
    }

    private static void awaitCollected(CountDownLatch reported) throws InterruptedException {
        while (!reported.await(20, TimeUnit.MILLISECONDS)) {
            throwAnother();
            System.gc();
        }
    }

    @Test
    void errorIsReportedWhenTheJvmEnds() throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(ChildJvm.command(Failing.class))
                        .redirectErrorStream(true)
                        .start();

        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).containsOnlyOnce(MESSAGE);
    }

    @Test
    void errorWhileTheJvmEndsIsReportedAtOnce() throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(ChildJvm.command(FailingAtTheEnd.class))
                        .redirectErrorStream(true)
                        .start();

        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).containsOnlyOnce(MESSAGE).doesNotContain("ExceptionInInitializerError");
    }

    /// Whoever waits for a pool is woken before the error of its last task is reported.
    @Test
    void errorNobodyWantsIsReportedThoughTheJvmEnds() throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(ChildJvm.command(FailingInAPool.class))
                        .redirectErrorStream(true)
                        .start();

        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).containsOnlyOnce(MESSAGE);
    }

    /// A program that ends when its pool has no tasks any more.
    static final class FailingInAPool {
        private FailingInAPool() {}

        public static void main(String... args) {
            var pool = new GreenPool(1);
            pool.spawnN(() -> {
                throw new IllegalStateException(MESSAGE);
            });
            pool.waitall();
        }
    }

    @Test
    void errorIsReportedWhereFinalizationIsDisabled() throws IOException, InterruptedException {
        var command = new ArrayList<>(ChildJvm.command(Collected.class));
        command.add(1, "--finalization=disabled");
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();

        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).containsOnlyOnce(MESSAGE);
    }

    /// A program that waits for an error to be reported.
    static final class Collected {
        private Collected() {}

        public static void main(String... args) throws InterruptedException {
            var reported = new CountDownLatch(1);
            Eventlet.onUncaughtError((_, e) -> {
                System.out.println(e.getMessage());
                reported.countDown();
            });
            var ignored = failing(new IllegalStateException(MESSAGE));
            awaitCollected(reported);
        }
    }

    /// An error of which nothing can be printed does not keep others from being reported.
    @Test
    void errorThatCannotBePrintedWhenTheJvmEndsKeepsNoOther()
            throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(ChildJvm.command(FailingMutely.class))
                        .redirectErrorStream(true)
                        .start();

        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output)
                .containsOnlyOnce(MESSAGE)
                .contains("Mute, which cannot be printed because of java.lang.ClassCastException");
    }

    /// A program that ends while errors wait to be asked for, of which some have no text.
    static final class FailingMutely {
        private static final class Mute extends RuntimeException {
            private static final long serialVersionUID = 1;

            @Override
            public String getMessage() {
                throw new ClassCastException();
            }
        }

        private FailingMutely() {}

        public static void main(String... args) throws InterruptedException {
            for (int i = 0; i < 4; i++) {
                Failing.fail(new Mute());
            }
            Failing.main();
            for (int i = 0; i < 4; i++) {
                Failing.fail(new Mute());
            }
        }
    }

    /// A program whose first error comes when it ends.
    static final class FailingAtTheEnd {
        private FailingAtTheEnd() {}

        public static void main(String... args) {
            Eventlet.run(() -> {});
            Runtime.getRuntime().addShutdownHook(new Thread(FailingAtTheEnd::fail));
        }

        private static void fail() {
            try {
                Failing.main();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /// A program that ends while an error waits to be asked for.
    static final class Failing {
        private static final List<GreenThread<?>> HELD = new ArrayList<>();

        private Failing() {}

        public static void main(String... args) throws InterruptedException {
            fail(new IllegalStateException(MESSAGE));
        }

        static void fail(RuntimeException error) throws InterruptedException {
            GreenThread<?> green =
                    Eventlet.spawn(() -> {
                        throw error;
                    });
            HELD.add(green);
            green.thread().join();
        }
    }
}
