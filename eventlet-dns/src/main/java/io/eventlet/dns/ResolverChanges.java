// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/// What a program wants otherwise than `/etc/resolv.conf` says; null, or no servers: as it says.
record ResolverChanges(
        List<InetSocketAddress> servers,
        @Nullable List<String> search,
        @Nullable Integer ndots,
        @Nullable Duration timeout,
        @Nullable Integer attempts,
        @Nullable Boolean rotate) {
    ResolverSettings of(ResolverSettings file) {
        return new ResolverSettings(
                servers.isEmpty() ? file.servers() : servers,
                Objects.requireNonNullElse(search, file.search()),
                Objects.requireNonNullElse(ndots, file.ndots()),
                Objects.requireNonNullElse(timeout, file.timeout()),
                Objects.requireNonNullElse(attempts, file.attempts()),
                Objects.requireNonNullElse(rotate, file.rotate()),
                file.tcpOnly(),
                file.asksForIpv6());
    }
}
