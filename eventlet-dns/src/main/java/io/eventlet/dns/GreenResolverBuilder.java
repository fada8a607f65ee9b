// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// How a [GreenResolver] is to be. Belongs to one thread.
public final class GreenResolverBuilder {
    static final int USUAL_CACHE = 10_000;
    static final int USUAL_LOOKUPS = 256;

    private final List<InetSocketAddress> servers = new ArrayList<>();
    private @Nullable List<String> search;
    private @Nullable Integer ndots;
    private @Nullable Duration timeout;
    private @Nullable Integer attempts;
    private @Nullable Boolean rotate;
    private Path hostsFile = Path.of("/etc/hosts");
    private Path resolvConf = Path.of("/etc/resolv.conf");
    private int cacheSize = USUAL_CACHE;
    private int maxLookups = USUAL_LOOKUPS;

    GreenResolverBuilder() {}

    /// Adds a server to be asked, in the place of those in `/etc/resolv.conf`. Throws an
    /// `IllegalArgumentException` if its address is unresolved.
    public GreenResolverBuilder server(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("the address of a server is unresolved: " + address);
        }
        servers.add(address);
        return this;
    }

    /// The domains in which a name is looked for that has fewer dots than `ndots` says, or is not
    /// found as it is.
    public GreenResolverBuilder search(List<String> domains) {
        var names = new ArrayList<String>();
        for (String domain : domains) {
            String name = DomainName.parse(domain);
            if (name == null) {
                throw new IllegalArgumentException("no name of a domain: " + domain);
            }
            names.add(DomainName.withoutDot(name));
        }
        search = List.copyOf(names);
        return this;
    }

    /// A name with so many dots is looked for as it is first. Default: 1.
    public GreenResolverBuilder ndots(int count) {
        ndots = ensureAtLeast(0, count, "ndots");
        return this;
    }

    /// How long a server may take to answer before the next is asked. Default: 5 s.
    public GreenResolverBuilder timeout(Duration time) {
        if (!time.isPositive()) {
            throw new IllegalArgumentException("the timeout must be positive: " + time);
        }
        timeout = time;
        return this;
    }

    /// How often all servers are asked, if none answers. Default: 2.
    public GreenResolverBuilder attempts(int count) {
        attempts = ensureAtLeast(1, count, "the attempts");
        return this;
    }

    /// Whether each look-up begins with another server. Default: no.
    public GreenResolverBuilder rotate(boolean on) {
        rotate = on;
        return this;
    }

    /// What is read in the place of `/etc/hosts`.
    public GreenResolverBuilder hostsFile(Path path) {
        hostsFile = Objects.requireNonNull(path);
        return this;
    }

    /// What is read in the place of `/etc/resolv.conf`.
    public GreenResolverBuilder resolvConf(Path path) {
        resolvConf = Objects.requireNonNull(path);
        return this;
    }

    /// How many answers are kept; 0 for none. Default: 10,000.
    public GreenResolverBuilder cacheSize(int count) {
        cacheSize = ensureAtLeast(0, count, "the answers that are kept");
        return this;
    }

    /// How many look-ups may ask servers at once: others wait for their turn. Default: 256.
    public GreenResolverBuilder maxLookups(int count) {
        maxLookups = ensureAtLeast(1, count, "the look-ups at once");
        return this;
    }

    private static int ensureAtLeast(int least, int count, String what) {
        if (count < least) {
            throw new IllegalArgumentException(
                    "%s must be at least %d: %d".formatted(what, least, count));
        }
        return count;
    }

    public GreenResolver build() {
        var hosts = new WatchedFile<>(hostsFile, HostsFile::parse);
        var file = new WatchedFile<>(resolvConf, ResolverSettings::parse);
        var changes =
                new ResolverChanges(List.copyOf(servers), search, ndots, timeout, attempts, rotate);
        var cache = new AnswerCache(cacheSize, System::nanoTime);
        String described =
                servers.isEmpty() ? "the servers in " + file : "the servers " + changes.servers();
        return new GreenResolver(
                new DnsSource(
                        hosts::content,
                        () -> changes.of(file.content()),
                        cache,
                        maxLookups,
                        hosts + " and " + described));
    }
}
