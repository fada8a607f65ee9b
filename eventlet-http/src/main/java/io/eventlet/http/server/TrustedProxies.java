// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The proxies whose word about their clients is taken, from `X-Forwarded-For`, or, if they write
/// that, from `Forwarded` (RFC 7239). The other field is not looked at: a client may write what its
/// proxy does not.
///
/// ```java
/// var handler = TrustedProxies.of("127.0.0.1", "10.0.0.0/8").wrap(router);
/// ```
///
/// The fields are read from their end, where the nearest proxy wrote: the client is the first that
/// is no trusted proxy. What a client wrote itself stands before that and is not looked at. A
/// request from elsewhere keeps the address of its connection.
public final class TrustedProxies {
    private final List<AddressRange> ranges;
    private final boolean writeForwarded;

    private TrustedProxies(List<AddressRange> ranges, boolean writeForwarded) {
        this.ranges = ranges;
        this.writeForwarded = writeForwarded;
    }

    /// With addresses, or ranges such as `10.0.0.0/8`.
    public static TrustedProxies of(String... addresses) {
        return new TrustedProxies(Arrays.stream(addresses).map(AddressRange::of).toList(), false);
    }

    /// The same proxies, which write `Forwarded` and not `X-Forwarded-For`.
    public TrustedProxies writingForwarded() {
        return new TrustedProxies(ranges, true);
    }

    /// A handler whose requests have the client's address as [Request#remoteAddress()].
    public Handler wrap(Handler handler) {
        return request -> handler.handle(seen(request));
    }

    private Request seen(Request request) {
        var near = request.remoteAddress();
        if (!isTrusted(near.getAddress())) {
            return request;
        }
        var hops = hops(request);
        InetSocketAddress client = near;
        for (int i = hops.size() - 1; i >= 0; i--) {
            var hop = hops.get(i);
            if (hop == null) { // "unknown", or hidden: nobody before it can be trusted
                break;
            }
            client = hop;
            if (!isTrusted(hop.getAddress())) {
                break;
            }
        }
        return client == near ? request : request.withClient(client);
    }

    private boolean isTrusted(InetAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    private List<@Nullable InetSocketAddress> hops(Request request) {
        var hops = new ArrayList<@Nullable InetSocketAddress>();
        var field = writeForwarded ? "Forwarded" : "X-Forwarded-For";
        for (var line : request.headers().all(field)) {
            for (var hop : split(line, ',')) {
                hops.add(address(writeForwarded ? forParameter(hop) : hop.strip()));
            }
        }
        return hops;
    }

    private static String forParameter(String hop) {
        for (var parameter : split(hop, ';')) {
            var pair = parameter.strip();
            if (pair.regionMatches(true, 0, "for=", 0, 4)) {
                return pair.substring(4).replace("\"", "");
            }
        }
        return "";
    }

    /// At a delimiter that is not within quotes.
    private static List<String> split(String text, char delimiter) {
        var parts = new ArrayList<String>();
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == delimiter && !quoted) {
                parts.add(text.substring(from, i));
                from = i + 1;
            }
        }
        parts.add(text.substring(from));
        return parts;
    }

    /// Of `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1` or `[2001:db8::1]:80`; null for others.
    private static @Nullable InetSocketAddress address(String text) {
        var host = text;
        int port = 0;
        int close = text.indexOf(']');
        int colon = text.lastIndexOf(':');
        boolean hasPort = close >= 0 ? colon > close : colon >= 0 && colon == text.indexOf(':');
        try {
            if (hasPort) {
                host = text.substring(0, colon);
                port = Integer.parseInt(text.substring(colon + 1));
            }
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            }
            return new InetSocketAddress(InetAddress.ofLiteral(host), port);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
