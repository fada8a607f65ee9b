// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.offload.Offload;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/// Finds the addresses of a host. For users to implement; called by threads that open connections,
/// several at once, and may wait.
@FunctionalInterface
public interface Resolver {
    /// The addresses of a host, in the order in which they are to be tried. Throws an
    /// `UnknownHostException` if there are none.
    List<InetAddress> resolve(String host) throws IOException;

    /// The JDK's, with its caches, on threads of [Offload#shared()].
    static Resolver system() {
        return host -> List.of(Offload.shared().call(() -> InetAddress.getAllByName(host)));
    }
}
