// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.http.Headers;
import io.eventlet.lang.Locks;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Cookies, in memory (RFC 6265), with the prefixes `__Host-` and `__Secure-`.
///
/// A client that has one sends and keeps cookies, also those that come with a redirect. It holds at
/// most 100 for each domain and 10,000 in all; the oldest go first. One that has more than 4,096
/// bytes with its attributes, which is what a client has to take (RFC 6265, 6.1), is ignored. A
/// request has at most 8,000 bytes of cookies, as usual servers refuse a field of more than 8 KiB;
/// of those that do not fit the oldest of a domain are left out. Thread-safe; may be shared by
/// clients.
public final class CookieStore {
    private static final int MOST_PER_DOMAIN = 100;
    private static final int MOST = 10_000;
    private static final int MOST_SENT = 8000; // bytes of all in one request
    private static final String BETWEEN = "; ";

    private record Place(String name, String path) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, LinkedHashMap<Place, Cookie>> domains =
            new LinkedHashMap<>(); // under lock
    private final Predicate<String> publicSuffixes;
    private int count; // under lock

    /// A store that takes no cookies for top-level domains.
    public CookieStore() {
        this(domain -> domain.indexOf('.') < 0);
    }

    /// A store that takes no cookies for domains below which anybody can have a name, such as
    /// `co.uk`: as a list of public suffixes tells.
    public CookieStore(Predicate<String> publicSuffixes) {
        this.publicSuffixes = Objects.requireNonNull(publicSuffixes);
    }

    /// Keeps what the `Set-Cookie` fields of an answer say.
    public void store(HttpUrl url, Headers headers) {
        if (!headers.contains("Set-Cookie")) {
            return;
        }
        var now = Instant.now();
        for (var field : headers.all("Set-Cookie")) {
            var cookie = new SetCookie(url, publicSuffixes).parse(field, now);
            if (cookie != null && (url.isSecure() || !hidesSecure(cookie))) {
                add(cookie);
            }
        }
    }

    /// Whether it would take the place of one that is for `https` only.
    private boolean hidesSecure(Cookie cookie) {
        return Locks.call(
                lock,
                () -> {
                    var known = domains.get(cookie.domain());
                    return known != null
                            && known.values().stream()
                                    .anyMatch(other ->
                                            other.secure() && other.name().equals(cookie.name()));
                });
    }

    /// Keeps a cookie, in the place of one with the same name, domain and path; one that has
    /// expired only removes that.
    public void add(Cookie cookie) {
        var place = new Place(cookie.name(), cookie.path());
        lock.lock();
        try {
            var known = domains.computeIfAbsent(cookie.domain(), _ -> new LinkedHashMap<>());
            if (cookie.isExpired(Instant.now())) {
                count -= known.remove(place) == null ? 0 : 1;
            } else {
                count += known.put(place, cookie) == null ? 1 : 0;
                if (known.size() > MOST_PER_DOMAIN) {
                    var _ = known.pollFirstEntry();
                    count--;
                }
            }
            if (known.isEmpty()) {
                domains.remove(cookie.domain());
            }
            while (count > MOST) {
                count -= domains.pollFirstEntry().getValue().size();
            }
        } finally {
            lock.unlock();
        }
    }

    /// The value of the field `Cookie` for a request; null if there are none for it that fit.
    public @Nullable String header(HttpUrl url) {
        var found = new ArrayList<Cookie>();
        lock.lock();
        try {
            if (count == 0) {
                return null;
            }
            var now = Instant.now();
            for (var domain = url.host(); ; ) {
                var known = domains.get(domain);
                if (known != null) {
                    known.values().stream()
                            .filter(cookie -> cookie.isFor(url) && !cookie.isExpired(now))
                            .forEach(found::add);
                }
                int dot = domain.indexOf('.');
                if (dot < 0) {
                    break;
                }
                domain = domain.substring(dot + 1);
            }
        } finally {
            lock.unlock();
        }
        var fitting = fitting(found);
        if (fitting.isEmpty()) {
            return null;
        }
        fitting.sort(Comparator.comparingInt((Cookie cookie) -> cookie.path().length()).reversed());
        return fitting.stream().map(CookieStore::sent).collect(Collectors.joining(BETWEEN));
    }

    /// As many as a request may have, in the same order; the last count most.
    private static List<Cookie> fitting(List<Cookie> found) {
        List<Cookie> fitting = new ArrayList<>();
        int left = MOST_SENT + BETWEEN.length();
        for (var cookie : found.reversed()) {
            int length = sent(cookie).length() + BETWEEN.length();
            if (length <= left) {
                left -= length;
                fitting.addFirst(cookie);
            }
        }
        return fitting;
    }

    private static String sent(Cookie cookie) {
        return cookie.name() + "=" + cookie.value();
    }

    /// All that have not expired.
    public List<Cookie> all() {
        var now = Instant.now();
        return Locks.call(
                lock,
                () ->
                        domains.values().stream()
                                .flatMap(known -> known.values().stream())
                                .filter(cookie -> !cookie.isExpired(now))
                                .toList());
    }

    /// Forgets all.
    public void clear() {
        lock.lock();
        try {
            domains.clear();
            count = 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return Locks.call(lock, () -> count) + " cookies";
    }
}
