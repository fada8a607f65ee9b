// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// Chooses a handler by the host that is asked for, whatever its port: an exact name, or `*.` and
/// all names that end so, the longest first. A host that is not known is answered with 421, unless
/// there is a fallback. Immutable.
public final class VirtualHosts implements Handler {
    private final Map<String, Handler> hosts;
    private final Handler fallback;

    private VirtualHosts(Builder how) {
        hosts = Map.copyOf(how.hosts);
        fallback = how.fallback;
    }

    public static Builder builder() {
        return new Builder();
    }

    /// The hosts of a server.
    public static final class Builder {
        private final Map<String, Handler> hosts = new HashMap<>();
        private Handler fallback =
                request ->
                        Response.text(
                                421, "no such host here: %s\n".formatted(request.authority()));

        private Builder() {}

        /// A host, `www.example.org` or `*.example.org`, without a port.
        public Builder host(String name, Handler handler) {
            if (name.isEmpty() || name.indexOf('*', 1) >= 0 || name.indexOf('/') >= 0) {
                throw new IllegalArgumentException("not the name of a host: " + name);
            }
            hosts.put(name.toLowerCase(Locale.ROOT), Objects.requireNonNull(handler));
            return this;
        }

        /// What answers for hosts that are not known. Default: 421.
        public Builder fallback(Handler handler) {
            fallback = Objects.requireNonNull(handler);
            return this;
        }

        public VirtualHosts build() {
            return new VirtualHosts(this);
        }
    }

    @Override
    public Response handle(Request request) throws Exception {
        return of(host(request.authority())).handle(request);
    }

    private static String host(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    }

    private Handler of(String host) {
        var handler = hosts.get(host);
        for (int dot = host.indexOf('.');
                handler == null && dot >= 0;
                dot = host.indexOf('.', dot + 1)) {
            handler = hosts.get("*" + host.substring(dot));
        }
        return handler == null ? fallback : handler;
    }
}
