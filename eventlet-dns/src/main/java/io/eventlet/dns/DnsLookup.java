// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import io.eventlet.GreenSemaphore;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// Asks the servers about absolute names, in turn and again, until one has said what is there.
/// Keeps what they say. Thread-safe; waits in the thread that asks.
final class DnsLookup {
    private static final int MOST_ALIASES = 8; // that no server has followed

    // that nobody has answered for one family while the other was found; RFC 9520 3.2: at most 300
    private static final long UNANSWERED_SECONDS = 30;

    private final AnswerCache cache;
    private final GreenSemaphore permits; // to ask servers
    private final ServersWithoutEdns withoutEdns = new ServersWithoutEdns(System::nanoTime);
    private final AtomicInteger turns = new AtomicInteger();

    DnsLookup(AnswerCache cache, GreenSemaphore permits) {
        this.cache = cache;
        this.permits = permits;
    }

    void forget() {
        cache.clear();
        withoutEdns.clear();
    }

    /// What there is of each type.
    Map<RecordType, Answer> ask(String name, List<RecordType> types, ResolverSettings settings) {
        var known = askOnce(name, types, settings);
        for (var type : types) {
            if (known.get(type) instanceof Answer.Alias alias) {
                var answer = followed(name, type, alias, settings);
                cache.put(name, type, answer);
                known.put(type, answer);
            }
        }
        return known;
    }

    /// What is at the end of aliases that the servers do not follow.
    private Answer followed(
            String name, RecordType type, Answer.Alias first, ResolverSettings settings) {
        var alias = first;
        long seconds = first.seconds();
        for (int i = 0; i < MOST_ALIASES; i++) {
            if (DomainName.parse(alias.target()) == null) { // such as the root
                return new Answer.Failed("an alias for what is no name of a host", true);
            }
            var next = askOnce(alias.target(), List.of(type), settings).get(type);
            switch (next) {
                case Answer.Alias(String target, long kept) -> {
                    seconds = Math.min(seconds, kept);
                    alias = new Answer.Alias(target, seconds);
                }
                case Answer.Found<?>(List<?> values, long kept) -> {
                    return new Answer.Found<>(values, Math.min(seconds, kept));
                }
                case Answer.Nothing(boolean _, long kept) -> {
                    return new Answer.Nothing(false, Math.min(seconds, kept));
                }
                case null -> {
                    return new Answer.Failed("no answer about " + alias.target(), false);
                }
                case Answer.Failed failed -> {
                    return failed;
                }
            }
        }
        return new Answer.Failed("more than " + MOST_ALIASES + " aliases from " + name, true);
    }

    private Map<RecordType, Answer> askOnce(
            String name, List<RecordType> types, ResolverSettings settings) {
        var answers = new EnumMap<RecordType, Answer>(RecordType.class);
        var missing = new ArrayList<>(types);
        for (var type : types) {
            var known = cache.get(name, type);
            if (known != null) {
                answers.put(type, known);
            }
        }
        if (!isFound(answers)) { // only with addresses can one do without an answer
            answers.values().removeIf(known -> known instanceof Answer.Failed);
        }
        missing.removeAll(answers.keySet());
        if (!missing.isEmpty() && !isNowhere(answers)) {
            var asked = new ServerRounds(name, settings, inTurn(settings), answers, withoutEdns);
            permits.acquire(); // what is known here waits for nobody
            try {
                asked.ask(missing)
                        .forEach((type, answer) -> {
                            cache.put(name, type, answer);
                            answers.put(type, answer);
                        });
            } finally {
                permits.release();
            }
        }
        return answers;
    }

    private static boolean isNowhere(Map<RecordType, Answer> answers) {
        return answers.values().stream()
                .anyMatch(
                        answer -> answer instanceof Answer.Nothing nothing && nothing.noSuchName());
    }

    /// Whether nothing more is worth a wait: there is an address, though nobody has said whether
    /// there is one of the other family too; or there is no such name.
    private static boolean isEnough(Map<RecordType, Answer> answers) {
        return isFound(answers) || isNowhere(answers);
    }

    private static boolean isFound(Map<RecordType, Answer> answers) {
        return answers.values().stream().anyMatch(answer -> answer instanceof Answer.Found<?>);
    }

    private List<InetSocketAddress> inTurn(ResolverSettings settings) {
        var servers = new ArrayList<>(settings.servers());
        if (settings.rotate()) {
            Collections.rotate(servers, -(turns.getAndIncrement() & 0xff) % servers.size());
        }
        return servers;
    }

    /// One look-up at the servers.
    private static final class ServerRounds {
        private final String name;
        private final ResolverSettings settings;
        private final List<InetSocketAddress> servers;
        private final Map<RecordType, Answer> known; // before
        private final Map<RecordType, Answer> answers = new EnumMap<>(RecordType.class);
        private final List<String> failures = new ArrayList<>();
        private final ServersWithoutEdns withoutEdns;
        private final Set<InetSocketAddress> silent = new HashSet<>(); // asked with EDNS
        private boolean heard;

        ServerRounds(
                String name,
                ResolverSettings settings,
                List<InetSocketAddress> servers,
                Map<RecordType, Answer> known,
                ServersWithoutEdns withoutEdns) {
            this.withoutEdns = withoutEdns;
            this.known = known;
            this.name = name;
            this.settings = settings;
            this.servers = servers;
        }

        Map<RecordType, Answer> ask(List<RecordType> types) {
            var missing = new ArrayList<>(types);
            for (int i = 0; i < settings.attempts(); i++) {
                for (var server : servers) {
                    ask(server, missing);
                    missing.removeAll(answers.keySet());
                    if (missing.isEmpty() || isEnough()) {
                        return withFailures(missing);
                    }
                }
            }
            return withFailures(missing);
        }

        private boolean isEnough() {
            return DnsLookup.isEnough(answers) || DnsLookup.isEnough(known);
        }

        /// Asks with EDNS, unless that was not answered: there are middle boxes that drop such
        /// packets (RFC 6891 6.2.2).
        private void ask(InetSocketAddress server, List<RecordType> types) {
            boolean wasSilent = silent.contains(server);
            boolean edns = !wasSilent && !withoutEdns.contains(server);
            try {
                var exchange = new Exchange(server, name, settings.timeout());
                var replies = exchange.ask(types, settings.tcpOnly(), edns);
                replies.forEach((type, reply) -> take(server, type, reply));
                if (!replies.isEmpty() && wasSilent) {
                    withoutEdns.add(server);
                }
                if (replies.isEmpty()) {
                    if (edns) {
                        silent.add(server);
                    }
                    note(server, "no answer within " + settings.timeout().toMillis() + " ms");
                }
            } catch (PortUnreachableException e) {
                note(server, "nobody is there");
            } catch (IOException e) {
                note(server, e.getMessage() == null ? e.toString() : e.getMessage());
            }
        }

        private void take(InetSocketAddress server, RecordType type, Reply reply) {
            if (reply.isDefinite()) {
                answers.put(type, Answers.of(reply));
            } else {
                heard = true;
                note(server, Reply.codeName(reply.code()));
            }
        }

        private void note(InetSocketAddress server, String failure) {
            String line = server.getAddress().getHostAddress() + ": " + failure;
            if (!failures.contains(line)) {
                failures.add(line);
            }
        }

        private Map<RecordType, Answer> withFailures(List<RecordType> missing) {
            boolean isFound = isFound(answers) || isFound(known);
            if (isFound || !isEnough()) {
                long seconds = isFound ? UNANSWERED_SECONDS : 0;
                var failed = new Answer.Failed(String.join("; ", failures), heard, seconds);
                missing.forEach(type -> answers.put(type, failed));
            }
            return answers;
        }
    }
}
