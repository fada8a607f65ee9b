// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import io.eventlet.GreenSemaphore;

import org.jspecify.annotations.Nullable;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The hosts file, then the servers of the DNS: what `hosts: files dns` is in nsswitch.conf(5).
final class DnsSource implements LookupSource {
    private static final byte[] LOOPBACK_4 = {127, 0, 0, 1};
    private static final byte[] LOOPBACK_6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private final Supplier<HostsFile> hosts;
    private final Supplier<ResolverSettings> settings;
    private final DnsLookup lookup;
    private final String description;

    DnsSource(
            Supplier<HostsFile> hosts,
            Supplier<ResolverSettings> settings,
            AnswerCache cache,
            int mostLookups,
            String description) {
        this.hosts = hosts;
        this.settings = settings;
        lookup = new DnsLookup(cache, new GreenSemaphore(mostLookups));
        this.description = description;
    }

    @Override
    public void forget() {
        lookup.forget();
    }

    @Override
    public List<InetAddress> addresses(String host, LookupPolicy policy)
            throws UnknownHostException {
        var literal = Literals.parse(host);
        if (literal != null) {
            return List.of(literal);
        }
        String name = DomainName.parse(host);
        if (name == null) {
            throw new UnknownHostException(host + ": this is not the name of a host");
        }
        var known = Families.sorted(withoutServers(name), policy);
        if (!known.isEmpty()) {
            return named(host, known);
        }
        if (SpecialNames.isLocalhost(name) || SpecialNames.isNowhere(name)) {
            throw new UnknownHostException(host + ": there is no such host");
        }
        return named(host, Families.sorted(search(host, name, policy), policy));
    }

    /// What is known here: of localhost, loopback addresses only (RFC 6761 6.3).
    private List<InetAddress> withoutServers(String name) throws UnknownHostException {
        var found = hosts.get().addresses(name);
        if (SpecialNames.isLocalhost(name)) {
            found.removeIf(address -> !address.isLoopbackAddress());
            if (found.isEmpty()) {
                found.add(InetAddress.getByAddress(LOOPBACK_4));
                found.add(InetAddress.getByAddress(LOOPBACK_6));
            }
        }
        return found;
    }

    private static List<InetAddress> named(String host, List<InetAddress> addresses)
            throws UnknownHostException {
        var named = new ArrayList<InetAddress>();
        for (var address : addresses) {
            named.add(
                    address instanceof Inet6Address scoped && scoped.getScopeId() != 0
                            ? Inet6Address.getByAddress(
                                    host, scoped.getAddress(), scoped.getScopeId())
                            : InetAddress.getByAddress(host, address.getAddress()));
        }
        if (named.isEmpty()) {
            throw new UnknownHostException(host + ": it has no address of the families asked for");
        }
        return List.copyOf(named); // who joins the look-up gets the same
    }

    /// Looks for a name where it may be, until it is found.
    private List<InetAddress> search(String host, String name, LookupPolicy policy)
            throws UnknownHostException {
        var now = settings.get();
        var types = Families.types(policy, now.asksForIpv6());
        String failure = null;
        for (String candidate : now.candidates(name)) {
            var answers = lookup.ask(candidate, types, now);
            var found = values(answers);
            if (!found.isEmpty()) {
                return found;
            }
            var failed = failed(answers);
            if (failed != null) {
                failure = candidate + ": " + failed.why();
                if (!failed.heard()) { // the others are not there for the next name either
                    break;
                }
            }
        }
        throw new UnknownHostException(
                failure == null
                        ? host + ": there is no such host"
                        : host + ": no server could say (" + failure + ")");
    }

    private static List<InetAddress> values(Map<RecordType, Answer> answers) {
        var found = new ArrayList<InetAddress>();
        for (var answer : answers.values()) {
            if (answer instanceof Answer.Found<?>(List<?> values, long _)) {
                for (var value : values) {
                    found.add((InetAddress) value);
                }
            }
        }
        return found;
    }

    private static Answer.@Nullable Failed failed(Map<RecordType, Answer> answers) {
        for (var answer : answers.values()) {
            if (answer instanceof Answer.Failed failed) {
                return failed;
            }
        }
        return null;
    }

    @Override
    public String name(byte[] address) throws UnknownHostException {
        var of = InetAddress.getByAddress(address);
        String known = hosts.get().name(address);
        if (known != null) {
            return known;
        }
        String written = of.getHostAddress();
        if (of.isLoopbackAddress()) {
            return "localhost";
        }
        var pointer = DomainName.ofAddress(address);
        var answer =
                lookup.ask(pointer, List.of(RecordType.PTR), settings.get()).get(RecordType.PTR);
        if (answer instanceof Answer.Found<?>(List<?> values, long _)) {
            String name = (String) values.getFirst();
            if (DomainName.isHostName(name)) {
                return name;
            }
        }
        throw new UnknownHostException(
                answer instanceof Answer.Failed failed
                        ? written + ": no server could say (" + failed.why() + ")"
                        : written + ": no host is known by this address");
    }

    @Override
    public String toString() {
        return description;
    }
}
