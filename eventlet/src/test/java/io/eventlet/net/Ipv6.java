// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.net.SocketException;

/// IPv6, which many containers have not.
final class Ipv6 {
    private Ipv6() {}

    static void assumeThatItIsThere() throws SocketException {
        boolean isThere =
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .anyMatch(Inet6Address.class::isInstance);
        assumeTrue(isThere, "no interface has an address of IPv6");
    }
}
