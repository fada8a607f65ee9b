// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/// Where a connection leads: requests with the same route can share one. Requests that a proxy
/// forwards share the connections to the proxy, whatever their host.
record Route(boolean secure, String host, int port, @Nullable ProxyServer proxy) {
    static Route of(ClientRequest request, @Nullable ProxyServer proxy) {
        var url = request.url();
        if (proxy != null
                && proxy.kind == ProxyServer.Kind.HTTP
                && !url.isSecure()
                && !request.headers().contains("Upgrade")) { // which is between the ends
            return new Route(false, "", 0, proxy);
        }
        return new Route(url.isSecure(), url.host(), url.port(), proxy);
    }

    /// Whether a proxy reads the requests, and wants to know where to.
    boolean isForwarded() {
        return host.isEmpty();
    }

    // written out: what the JDK makes of a record is made anew at each start

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Route route
                && secure == route.secure
                && port == route.port
                && host.equals(route.host)
                && Objects.equals(proxy, route.proxy);
    }

    @Override
    public int hashCode() {
        return 31 * host.hashCode() + port;
    }

    @Override
    public String toString() {
        var end = (secure ? "https://" : "http://") + host + ":" + port;
        return proxy == null ? end : isForwarded() ? proxy.toString() : end + " by " + proxy;
    }
}
