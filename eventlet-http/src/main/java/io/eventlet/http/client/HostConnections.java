// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.GreenSemaphore;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.ArrayList;

/// The connections of a route. There are permits for those that are in use, first come first
/// served.
final class HostConnections {
    final Route route;
    final GreenSemaphore permits;
    final ArrayList<ClientConnection> idle = new ArrayList<>(4); // under the pool's lock, as next
    int users; // who have a permit, or wait for one
    volatile @Nullable InetAddress reached; // the address that answered last

    HostConnections(Route route, int most) {
        this.route = route;
        permits = new GreenSemaphore(most);
    }
}
