// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.concurrent.CountDownLatch;

/// Hubs from one task to the next, without Spark.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class HubsOfExecutorTest {
    @Test
    void hubOfATaskThatWasInterruptedIsKept() {
        var taken = HubsOfExecutor.take();
        Thread.currentThread().interrupt();

        HubsOfExecutor.giveBack(taken);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(HubsOfExecutor.take()).isSameAs(taken);
        taken.hub().close();
    }

    @Test
    void hubOnWhichSomethingIsLeftIsClosed() throws InterruptedException {
        var taken = HubsOfExecutor.take();
        var begun = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        Eventlet.spawnOn(
                taken.hub(),
                () -> {
                    begun.countDown();
                    try {
                        return new Event<String>().await();
                    } finally {
                        ended.countDown();
                    }
                });
        begun.await();

        HubsOfExecutor.giveBack(taken);

        ended.await();
        var next = HubsOfExecutor.take();
        assertThat(next.hub()).isNotSameAs(taken.hub());
        next.hub().close();
        taken.hub().close();
    }
}
