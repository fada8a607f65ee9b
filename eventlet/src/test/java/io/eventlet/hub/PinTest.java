// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Eventlet;
import io.eventlet.os.VirtualThreads;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

@Timeout(60)
@ExtendWith(NoLeaks.class)
class PinTest {
    /// What the kernel says of the processors of the calling thread, as `0-1`.
    private static String processorsOfThread() {
        try (var lines = Files.lines(Path.of("/proc/thread-self/status"))) {
            String begin = "Cpus_allowed_list:";
            return lines.filter(line -> line.startsWith(begin))
                    .map(line -> line.substring(begin.length()).strip())
                    .findAny()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String processorsOf(Hub hub) {
        return Eventlet.spawnOn(hub, PinTest::processorsOfThread).await();
    }

    private static int last() {
        return Hub.processors().getLast();
    }

    @Test
    @Tag("hub-only")
    void aPinnedHubRunsOnThatProcessorOnly() {
        try (var hub = Hub.start("pinned")) {
            hub.pin(last());

            assertThat(processorsOf(hub)).isEqualTo("" + last());
        }
    }

    @Test
    @Tag("hub-only")
    void aHubCanBePinnedElsewhereByItself() {
        int first = Hub.processors().getFirst();
        try (var hub = Hub.start("pinned")) {
            hub.pin(last());

            var ignored = Eventlet.spawnOn(hub, () -> Hub.current().pin(first)).await();

            assertThat(processorsOf(hub)).isEqualTo("" + first);
        }
    }

    @Test
    @Tag("hub-only")
    void aHubThatAPinnedOneStartsIsNotPinned() {
        String all = processorsOfThread();
        try (var hub = Hub.start("pinned")) {
            hub.pin(last());

            try (var other = Eventlet.spawnOn(hub, () -> Hub.start("free")).await()) {
                assertThat(processorsOf(other)).isEqualTo(all);
            }
        }
    }

    @Test
    @Tag("hub-only")
    void whoTakesOverAPinnedHubIsPinned() {
        try (var hub = Hub.start("pinned")) {
            hub.pin(last());

            loop(hub).takeover().begin();

            assertThat(processorsOf(hub)).isEqualTo("" + last());
            assertThat(hub.statistics().takeovers()).isEqualTo(1);
        }
    }

    private static HubLoop loop(Hub hub) {
        return Eventlet.spawnOn(hub, () -> ((LoopThread) VirtualThreads.currentCarrier()).loop)
                .await();
    }

    @Test
    @Tag("hub-only")
    void aProcessorThatIsNotThereIsRefusedWithThoseThatAre() {
        try (var hub = Hub.start("free")) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> hub.pin(100_000))
                    .withMessage(
                            "Cannot pin hub 'free' to processor 100000: this process may use "
                                    + Hub.processors());
        }
    }

    @Test
    @Tag("portable-only")
    void portableModeRefusesToPin() {
        try (var hub = Hub.start("portable")) {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> hub.pin(0))
                    .withMessageContaining("portable mode");
        }
    }
}
