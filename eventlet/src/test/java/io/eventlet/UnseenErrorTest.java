// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

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
        var reported = new CountDownLatch(1);
        Eventlet.onUncaughtError((_, e) -> {
            if (e == error) {
                reported.countDown();
            }
        });

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

    private static void awaitCollected(CountDownLatch reported) throws InterruptedException {
        while (!reported.await(20, TimeUnit.MILLISECONDS)) {
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
            HELD.add(
                    Eventlet.spawn(() -> {
                        throw new IllegalStateException(MESSAGE);
                    }));
            HELD.getFirst().thread().join();
        }
    }
}
