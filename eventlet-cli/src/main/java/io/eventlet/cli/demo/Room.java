// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.demo;

import io.eventlet.cli.display.Quantity;
import io.eventlet.cli.process.ThisProcess;

import java.util.Optional;
import java.util.OptionalLong;

/// How many connections to itself this process has room for.
///
/// @param connections as many as were wanted, or as the limits allow
/// @param reason what set the bound, when it is less than was wanted
record Room(int connections, Optional<String> reason) {
    private static final int DESCRIPTORS_SPARED = 64;
    private static final double SHARE_OF_PORTS = 0.9;

    static Room forConnections(int wanted) {
        return of(
                wanted,
                ThisProcess.descriptorLimit(),
                ThisProcess.openDescriptors(),
                ThisProcess.ephemeralPorts());
    }

    static Room of(int wanted, OptionalLong descriptors, OptionalLong open, OptionalLong ports) {
        long byDescriptors =
                descriptors.isEmpty()
                        ? Long.MAX_VALUE
                        : (descriptors.getAsLong() - open.orElse(0) - DESCRIPTORS_SPARED) / 2;
        long byPorts =
                ports.isEmpty() ? Long.MAX_VALUE : (long) (SHARE_OF_PORTS * ports.getAsLong());
        long most = Math.max(1, Math.min(byDescriptors, byPorts));
        if (wanted <= most) {
            return new Room(wanted, Optional.empty());
        }
        String reason =
                byDescriptors <= byPorts
                        ? "%s descriptors (ulimit -n), two a connection"
                                .formatted(Quantity.count(descriptors.orElse(0)))
                        : "%s ephemeral ports".formatted(Quantity.count(ports.orElse(0)));
        return new Room(
                (int) most,
                Optional.of(
                        "%s wanted, %s used: this process may have %s"
                                .formatted(Quantity.count(wanted), Quantity.count(most), reason)));
    }
}
