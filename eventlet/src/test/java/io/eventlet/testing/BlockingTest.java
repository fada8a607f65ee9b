// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.GreenSemaphore;
import io.eventlet.queue.GreenQueue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;

/// From gevent's assert_switches and Eventlet's check_no_suspend: what yields is counted, not
/// timed.
@Timeout(60)
class BlockingTest {
    @Test
    @Tag("hub-only")
    void aWaitIsSeen() {
        Eventlet.run(() -> {
            var queue = GreenQueue.<String>unbounded();
            var ignored = Eventlet.spawn(() -> queue.put("item"));

            Blocking.assertBlocks(() -> queue.get());
        });
    }

    @Test
    @Tag("hub-only")
    void yieldIsSeenEvenIfNobodyElseIsReady() {
        Eventlet.run(() -> {
            Blocking.assertBlocks(() -> Eventlet.yield());
            Blocking.assertBlocks(() -> Thread.yield());
        });
    }

    @Test
    @Tag("hub-only")
    void whatIsThereIsTakenWithoutAWait() {
        Eventlet.run(() -> {
            var queue = GreenQueue.<String>unbounded();
            var semaphore = new GreenSemaphore(1);
            var event = new Event<String>();

            Blocking.assertDoesNotBlock(() -> {
                queue.put("item");
                queue.get();
                semaphore.acquire();
                semaphore.release();
                event.send("value");
                var ignored = Eventlet.spawn(() -> {});
            });
        });
    }

    @Test
    @Tag("hub-only")
    void aBodyThatWaitsFailsTheOneAndOneThatDoesNotTheOther() {
        Eventlet.run(() -> {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> Blocking.assertDoesNotBlock(() -> Eventlet.yield()))
                    .withMessageContaining("neither to wait nor to yield");
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> Blocking.assertBlocks(() -> {}))
                    .withMessageContaining("to wait or yield");
        });
    }

    @Test
    @Tag("hub-only")
    void whatTheBodyThrowsIsThrown() {
        Eventlet.run(() ->
                assertThatExceptionOfType(IOException.class)
                        .isThrownBy(() ->
                                Blocking.assertBlocks(() -> {
                                    throw new IOException("disk full");
                                })));
    }

    @Test
    void itCannotBeSeenOnOtherThreads() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Blocking.assertDoesNotBlock(() -> {}))
                .withMessageContaining("green thread");
    }

    @Test
    @Tag("portable-only")
    void itCannotBeSeenInPortableMode() {
        Eventlet.run(() ->
                assertThatIllegalStateException()
                        .isThrownBy(() -> Blocking.assertBlocks(() -> Eventlet.yield()))
                        .withMessageContaining("hub mode"));
    }
}
