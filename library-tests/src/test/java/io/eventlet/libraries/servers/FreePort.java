// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// Finds ports that a server can have, and have again after it was killed.
final class FreePort {
    // Below those that Linux gives to whoever connects, which could take it meanwhile.
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;

    private FreePort() {}

    static int find() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            try (var probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException _) {
                // somebody has it: try another
            }
        }
    }
}
