// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// What `/etc/resolv.conf` says: whom to ask for which names, and for how long. See resolv.conf(5).
///
/// @param servers whom to ask, in this order
/// @param search the domains in which a name with few dots is looked for
/// @param ndots a name with so many dots is looked for as it is first
/// @param timeout how long a server may take to answer, each time
/// @param attempts how often all servers are asked
/// @param rotate whether each look-up begins with another server
/// @param tcpOnly whether never to ask by UDP
/// @param asksForIpv6 whether to ask for IPv6 addresses
record ResolverSettings(
        List<InetSocketAddress> servers,
        List<String> search,
        int ndots,
        Duration timeout,
        int attempts,
        boolean rotate,
        boolean tcpOnly,
        boolean asksForIpv6) {
    static final int PORT = 53;
    static final Duration USUAL_TIMEOUT = Duration.ofSeconds(5);
    static final int USUAL_ATTEMPTS = 2;

    // glibc's bounds, in resolv/resolv.h
    private static final int MOST_NDOTS = 15;
    private static final int MOST_SECONDS = 30;
    private static final int MOST_ATTEMPTS = 5;

    ResolverSettings {
        servers = List.copyOf(servers);
        search = List.copyOf(search);
    }

    static ResolverSettings parse(List<String> lines) {
        var parser = new Parser();
        lines.forEach(parser::addLine);
        return parser.settings();
    }

    private static final class Parser {
        private final List<InetSocketAddress> servers = new ArrayList<>();
        private List<String> search = List.of();
        private int ndots = 1;
        private int seconds = (int) USUAL_TIMEOUT.toSeconds();
        private int attempts = USUAL_ATTEMPTS;
        private boolean rotate;
        private boolean tcpOnly;
        private boolean asksForIpv6 = true;

        void addLine(String line) {
            if (line.startsWith("#") || line.startsWith(";")) {
                return;
            }
            String[] words = line.strip().split("\\s+", -1);
            var rest = Arrays.asList(words).subList(1, words.length);
            switch (words[0]) {
                case "nameserver" -> rest.stream().limit(1).forEach(this::addServer);
                case "search" -> search = domains(rest);
                case "domain" -> search = domains(rest.stream().limit(1).toList());
                case "options" -> rest.forEach(this::addOption);
                default -> {}
            }
        }

        private void addServer(String written) {
            InetAddress address = Literals.parse(written);
            if (address != null) {
                servers.add(new InetSocketAddress(address, PORT));
            }
        }

        private static List<String> domains(List<String> written) {
            return written.stream()
                    .map(domain -> domain.startsWith(".") ? domain.substring(1) : domain)
                    .map(DomainName::parse)
                    .filter(Objects::nonNull)
                    .map(DomainName::withoutDot)
                    .distinct()
                    .toList();
        }

        private void addOption(String option) {
            int colon = option.indexOf(':');
            String name = colon < 0 ? option : option.substring(0, colon);
            String value = option.substring(colon + 1);
            switch (name) {
                case "ndots" -> ndots = number(value, 0, MOST_NDOTS, ndots);
                case "timeout" -> seconds = number(value, 1, MOST_SECONDS, seconds);
                case "attempts" -> attempts = number(value, 1, MOST_ATTEMPTS, attempts);
                case "rotate" -> rotate = true;
                case "use-vc" -> tcpOnly = true;
                case "no-aaaa" -> asksForIpv6 = false;
                default -> {}
            }
        }

        private static int number(String value, int least, int most, int before) {
            try {
                return Math.clamp(Integer.parseInt(value), least, most);
            } catch (NumberFormatException e) {
                return before;
            }
        }

        ResolverSettings settings() {
            if (servers.isEmpty()) { // resolv.conf(5): the one on this host
                addServer("127.0.0.1");
            }
            return new ResolverSettings(
                    servers,
                    search,
                    ndots,
                    Duration.ofSeconds(seconds),
                    attempts,
                    rotate,
                    tcpOnly,
                    asksForIpv6);
        }
    }

    /// The absolute names that a written one may stand for, in the order in which they are looked
    /// for.
    List<String> candidates(String written) {
        if (written.endsWith(".")) {
            return List.of(DomainName.withoutDot(written));
        }
        var names = new ArrayList<String>();
        boolean asIsFirst = DomainName.dots(written) >= ndots;
        if (asIsFirst) {
            names.add(written);
        }
        for (String domain : search) {
            String name = written + "." + domain;
            if (name.length() <= DomainName.LONGEST) {
                names.add(name);
            }
        }
        if (!asIsFirst) {
            names.add(written);
        }
        return names;
    }
}
