// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.options;

import io.eventlet.hub.Hub;
import io.eventlet.hub.Mode;

import picocli.CommandLine.Option;

import java.util.Optional;

/// The hubs of a command that serves.
public final class HubOptions {
    @Option(
            names = "--hubs",
            paramLabel = "N",
            defaultValue = "1",
            converter = HubCountConverter.class,
            description = "how many hubs (OS threads) share the port (default: ${DEFAULT-VALUE})")
    private int count;

    @Option(names = "--pin", description = "give each hub a processor of its own (Linux, hub mode)")
    private boolean pinned;

    /// How many hubs share the port.
    public int count() {
        return count;
    }

    /// Whether each is pinned to a processor.
    public boolean pinned() {
        return pinned;
    }

    /// What is wrong with the options, here.
    ///
    /// @param connections how many the server holds at once
    public Optional<String> contradiction(int connections) {
        if (connections < count) {
            return Optional.of(
                    "--max-connections %d is less than one for each of %d hubs"
                            .formatted(connections, count));
        }
        return pinned ? obstacleToPins() : Optional.empty();
    }

    private Optional<String> obstacleToPins() {
        if (Hub.main().mode() == Mode.PORTABLE) {
            return Optional.of(
                    "--pin needs hub mode: in portable mode the JDK chooses its threads");
        }
        var processors = Hub.processors();
        if (processors.isEmpty()) {
            return Optional.of("--pin needs Linux");
        }
        return processors.size() >= count
                ? Optional.empty()
                : Optional.of(
                        "--pin: %d hubs, but this process may use %d of the processors, %s"
                                .formatted(count, processors.size(), processors));
    }
}
