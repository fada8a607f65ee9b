// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Eventlet;
import io.eventlet.hub.Hub;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// Servers whose hubs have a processor each.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class PinnedServerTest extends RunningServers {
    /// What the kernel says of the processors of the thread of each hub, as `0-1`.
    private final Map<String, String> processors = new ConcurrentHashMap<>();

    private volatile boolean computing = true;

    private void look(Socket client) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/thread-self/status"))) {
            String begin = "Cpus_allowed_list:";
            String allowed =
                    lines.filter(line -> line.startsWith(begin))
                            .map(line -> line.substring(begin.length()).strip())
                            .findAny()
                            .orElseThrow();
            processors.put(Hub.current().name(), allowed);
        }
        echo(client);
    }

    @Test
    @Tag("hub-only")
    void eachHubHasAProcessorOfItsOwn() throws Exception {
        var available = Hub.processors();
        int hubs = available.size();
        // A connection for each, which stays, fills it.
        var server =
                start(builder(this::look).name("pinned").hubs(hubs).concurrency(hubs).pinned());

        for (int i = 0; i < hubs; i++) {
            assertEchoes(connect(server));
        }

        assertThat(processors).hasSize(hubs);
        for (int i = 0; i < hubs; i++) {
            assertThat(processors).containsEntry("pinned-" + (i + 1), "" + available.get(i));
        }
    }

    @Test
    @Tag("hub-only")
    void theHubOfTheCallerIsNotPinned() throws Exception {
        var caller = Hub.current();
        var server = start(builder(this::look).name("pinned").pinned());

        assertEchoes(connect(server));

        assertThat(caller.name()).isNotEqualTo("pinned-1");
        assertThat(processors)
                .containsOnly(Map.entry("pinned-1", "" + Hub.processors().getFirst()));
    }

    @Test
    @Tag("hub-only")
    void moreHubsThanProcessorsAreRefusedAndNoneIsLeft() {
        int hubs = Hub.processors().size() + 1;
        var builder = builder(this::look).name("pinned").hubs(hubs).pinned();

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(builder::start)
                .withMessage(
                        "Cannot pin %d hubs: this process may use %d of the processors, %s"
                                .formatted(hubs, hubs - 1, Hub.processors()));

        assertThat(Hub.all()).noneMatch(hub -> hub.name().startsWith("pinned"));
    }

    @Test
    @Tag("hub-only")
    void clientsAreServedWhileThePinnedThreadOfAHubComputes() throws Exception {
        var begun = new CompletableFuture<Hub>();
        var server =
                start(
                        builder(
                                        client -> {
                                            if (client.getInputStream().read() == 'c') {
                                                begun.complete(Hub.current());
                                                while (computing) {
                                                    Thread.onSpinWait();
                                                }
                                            }
                                            look(client);
                                        })
                                .hubs(Hub.processors().size())
                                .pinned());
        connect(server).getOutputStream().write('c');
        var busy = begun.get();

        try {
            for (int i = 0; Hub.processors().size() > 1 && i < 30; i++) {
                try (var client = connect(server)) {
                    client.getOutputStream().write('n');
                    assertEchoes(client);
                }
            }
            assertThat(processors).doesNotContainKey(busy.name());
        } finally {
            computing = false;
        }
    }

    @Test
    @Tag("hub-only")
    void inASimulationTheServerRunsOnTheHubOfThat() throws Exception {
        Simulation.inOrder()
                .run(() -> {
                    var served = new CompletableFuture<Hub>();
                    ConnectionHandler handler =
                            client -> {
                                served.complete(Hub.current());
                                client.getOutputStream().write(1);
                            };
                    try (var server = builder(handler).hubs(2).pinned().start();
                            var client = Eventlet.connect(server.address())) {
                        assertThat(client.getInputStream().read()).isEqualTo(1);
                        assertThat(served).isCompletedWithValue(Hub.current());
                    }
                });
    }

    @Test
    @Tag("portable-only")
    void portableModeRefusesToPin() {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> builder(this::look).hubs(2).pinned().start())
                .withMessageContaining("portable mode");
    }
}
