// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.robots;

import io.eventlet.http.client.ClientRequest;
import io.eventlet.http.client.ClientResponse;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.limit.KeyedLimit;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/// The `robots.txt` of servers, each fetched when it is first needed, as RFC 9309 has it: one that
/// is not there allows all, one that cannot be had (500 and above, or the network) nothing until it
/// can. Thread-safe.
public final class Robots {
    private static final int MOST_BYTES = 512 * 1024; // RFC 9309, 2.5: 500 KiB at least
    private static final int MOST_REDIRECTS = 5; // RFC 9309, 2.3.1.2
    private static final int MOST_SERVERS = 1000;
    private static final Duration LONGEST = Duration.ofSeconds(60); // from the call to its end
    private static final Duration KEPT = Duration.ofHours(24); // RFC 9309, 2.4
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final int TOO_MANY_REQUESTS = 429;

    private final HttpClient client;
    private final UnaryOperator<ClientRequest> requests;
    private final String agent;
    private final InstantSource clock;
    private final KeyedLimit<String> oneEach = new KeyedLimit<>(1);
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Known> known = // under lock; those not asked about for long go
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
                    return size() > MOST_SERVERS;
                }
            };

    /// @param requests how requests are to be changed before they are sent
    /// @param agent the name of the robot, in small letters
    public Robots(
            HttpClient client,
            UnaryOperator<ClientRequest> requests,
            String agent,
            InstantSource clock) {
        this.client = client;
        this.requests = requests;
        this.agent = agent;
        this.clock = clock;
    }

    /// The rules of the server of a URL; waits for them. Throws an `IOException` if they cannot be
    /// had: nothing may be asked for then.
    public RobotRules of(HttpUrl url) throws IOException {
        var server = url.scheme() + "://" + url.authority();
        var rules = known(server);
        if (rules != null) {
            return rules;
        }
        try (var _ = oneEach.enter(server)) {
            rules = known(server); // of another who was first
            if (rules == null) {
                rules = fetch(HttpUrl.of(server + "/robots.txt"));
                remember(server, rules);
            }
            return rules;
        }
    }

    /// The rules of a server, if they have been fetched; null if not.
    public @Nullable RobotRules known(String server) {
        lock.lock();
        try {
            var entry = known.get(server);
            return entry == null || clock.instant().isAfter(entry.until) ? null : entry.rules;
        } finally {
            lock.unlock();
        }
    }

    private void remember(String server, RobotRules rules) {
        lock.lock();
        try {
            known.put(server, new Known(rules, clock.instant().plus(KEPT)));
        } finally {
            lock.unlock();
        }
    }

    private RobotRules fetch(HttpUrl url) throws IOException {
        try {
            return fetch(url, url, MOST_REDIRECTS);
        } catch (ProtocolException e) { // as if it were not there
            return RobotRules.ALL;
        } catch (IOException e) {
            var message = e.getMessage();
            throw message != null && message.startsWith("robots.txt")
                    ? e
                    : new IOException("robots.txt: " + e, e);
        }
    }

    /// Fetches the rules of a server from where they are, perhaps on another, which gets none of
    /// the fields that are for this one.
    private RobotRules fetch(HttpUrl url, HttpUrl at, int redirects) throws IOException {
        var plain = ClientRequest.of("GET", at);
        var own = at.isSameOrigin(url) ? requests.apply(plain) : plain;
        HttpUrl to;
        try (var response = client.send(own.redirects(0).limit(LONGEST).decoding(true))) {
            int status = response.status();
            if (status >= 500 || status == TOO_MANY_REQUESTS) {
                throw new IOException("robots.txt: status " + status);
            }
            var location = response.headers().get("Location");
            if (!REDIRECTS.contains(status) || location == null || redirects == 0) {
                return rules(url, response);
            }
            to = at.resolve(location);
        } catch (IllegalArgumentException e) { // to nothing of the web
            return RobotRules.ALL;
        }
        return fetch(url, to, redirects - 1);
    }

    private RobotRules rules(HttpUrl url, ClientResponse response) throws IOException {
        return response.isSuccess()
                ? RobotRules.of(
                        url,
                        response.body().readNBytes(MOST_BYTES),
                        response.headers().get("Content-Type", "text/plain"),
                        agent)
                : RobotRules.ALL; // also after too many redirects
    }

    private record Known(RobotRules rules, Instant until) {}
}
