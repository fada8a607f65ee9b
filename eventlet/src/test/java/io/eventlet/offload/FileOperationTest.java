// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Eventlet;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.FileNotFoundException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;

/// What becomes of an operation whose caller leaves.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class FileOperationTest {
    private final Offload threads = Offload.named("test-operations", 1);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch free = new CountDownLatch(1);
    private final List<String> unwanted = new CopyOnWriteArrayList<>();
    private final FileOperation<String> slow =
            new FileOperation<>(
                    () -> {
                        begun.countDown();
                        try {
                            free.await();
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                        return "result";
                    },
                    unwanted::add);

    @AfterEach
    void close() {
        free.countDown();
        threads.close();
    }

    @Test
    void resultWithoutItsCallerIsGivenAway() throws InterruptedException {
        var caller = Eventlet.spawn(() -> slow.call(threads));
        begun.await();
        caller.kill();
        caller.join();
        assertThat(slow.isLeft()).isTrue();
        assertThat(unwanted).isEmpty();

        free.countDown();
        slow.awaitEnd();

        assertThat(unwanted).containsExactly("result");
    }

    @Test
    void operationThatHadNotBegunNeverDoes() {
        threads.close();

        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> slow.call(threads));

        assertThat(slow.hasNotBegun()).isTrue();
        assertThat(slow.isLeft()).isFalse();
    }

    @Test
    void resultThatIsTakenIsNotGivenAway() throws Exception {
        free.countDown();

        assertThat(slow.call(threads)).isEqualTo("result");

        assertThat(unwanted).isEmpty();
    }

    @Test
    void errorOfTheOperationIsThatOfTheCall() {
        var missing =
                new FileOperation<String>(
                        () -> {
                            throw new FileNotFoundException("gone");
                        },
                        unwanted::add);

        assertThatExceptionOfType(FileNotFoundException.class)
                .isThrownBy(() -> missing.call(threads))
                .withMessage("gone");
        assertThat(missing.isLeft()).isFalse();
    }
}
