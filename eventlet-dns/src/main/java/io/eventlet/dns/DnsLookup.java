// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import io.eventlet.GreenSemaphore;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Asks the servers about absolute names, in turn and again, until one has said what is there.
/// Keeps what they say. Thread-safe; waits in the thread that asks.
final class DnsLookup {
    private static final int MOST_ALIASES = 8; // that no server has followed

    private final AnswerCache cache;
    private final GreenSemaphore permits; // to ask servers
    private final AtomicInteger turns = new AtomicInteger();

    DnsLookup(AnswerCache cache, GreenSemaphore permits) {
        this.cache = cache;
        this.permits = permits;
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
        var missing = new ArrayList<RecordType>();
        for (var type : types) {
            var known = cache.get(name, type);
            if (known != null) {
                answers.put(type, known);
            } else {
                missing.add(type);
            }
        }
        if (!missing.isEmpty() && !isNowhere(answers)) {
            var asked = new ServerRounds(name, settings, inTurn(settings), answers);
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
        return answers.values().stream()
                .anyMatch(answer ->
                        answer instanceof Answer.Found<?>
                                || (answer instanceof Answer.Nothing nothing
                                        && nothing.noSuchName()));
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
        private boolean heard;

        ServerRounds(
                String name,
                ResolverSettings settings,
                List<InetSocketAddress> servers,
                Map<RecordType, Answer> known) {
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

        private void ask(InetSocketAddress server, List<RecordType> types) {
            try {
                var exchange = new Exchange(server, name, settings.timeout());
                var replies = exchange.ask(types, settings.tcpOnly());
                replies.forEach((type, reply) -> take(server, type, reply));
                if (replies.isEmpty()) {
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
            if (!isEnough()) {
                var failed = new Answer.Failed(String.join("; ", failures), heard);
                missing.forEach(type -> answers.put(type, failed));
            }
            return answers;
        }
    }
}
