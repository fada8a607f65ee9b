// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.eventlet.testing.Until;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

@Timeout(60)
class CarrierThreadTest {
    private final AtomicBoolean enough = new AtomicBoolean();

    private List<CarrierThread> startBusyThreads(int count) {
        var threads = new ArrayList<CarrierThread>();
        for (int i = 0; i < count; i++) {
            var thread = new CarrierThread(this::compute, "busy-" + i);
            thread.start();
            threads.add(thread);
        }
        return threads;
    }

    private void compute() {
        while (!enough.get()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void tellsHowLongItHadNoProcessor() {
        assumeTrue(Files.exists(Path.of("/proc/thread-self/schedstat")));
        var threads = startBusyThreads(2 * Runtime.getRuntime().availableProcessors());

        Until.holds(() -> threads.stream().allMatch(t -> t.nanosWithoutProcessor() > 0));

        enough.set(true);
    }

    @Test
    void tellsNothingBeforeItsStartAndAfterItsEnd() throws InterruptedException {
        var thread = new CarrierThread(() -> {}, "short");

        long before = thread.nanosWithoutProcessor();
        thread.start();
        thread.join();

        assertThat(before).isZero();
        assertThat(thread.nanosWithoutProcessor()).isZero();
    }
}
