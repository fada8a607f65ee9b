// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.frontier;

import io.eventlet.offload.Offload;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// A frontier on two ordered maps, which may be in memory or in a file.
///
/// The map of URLs has all that is known of each. That of what is queued has a key for each URL
/// which is to be fetched: host, depth and a number, so that the first key of a host is its next
/// URL. A key stays there while its URL is claimed: after a crash, whatever was claimed is queued,
/// without anything to mend. What is claimed, blocked or put off is in memory alone, since leases
/// and pauses need not outlive a process.
abstract class OrderedFrontier implements Frontier {
    private static final int MOST_BLOCKED = 1000;
    private static final HexFormat HEX = HexFormat.of();
    private static final String HOST_END = "\n"; // sorts before all that is in a host

    private final Map<String, String> urls; // under lock
    private final Map<String, String> queue; // under lock
    private final UnaryOperator<@Nullable String> higherKey; // of the queue
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Instant> blocked = new HashMap<>(); // under lock
    private final Map<String, Lease> leases = new HashMap<>(); // under lock; by URL
    private final Map<String, Instant> putOff = new HashMap<>(); // under lock; by URL
    private final PriorityQueue<PutOff> waking = new PriorityQueue<>(); // under lock
    private final EnumMap<State, Long> counts = new EnumMap<>(State.class); // under lock
    // under lock; by host, the key up to which all are claimed or put off, so that a claim does not
    // look at as many as are fetched at once
    private final Map<String, String> passed = new HashMap<>();
    private Instant firstEnd = Instant.MAX; // under lock; before it no lease ends
    private long number; // under lock; the last key or claim
    private String lastHost = ""; // under lock; hosts take turns

    OrderedFrontier(
            Map<String, String> urls,
            Map<String, String> queue,
            UnaryOperator<@Nullable String> higherKey,
            InstantSource clock) {
        this.urls = urls;
        this.queue = queue;
        this.higherKey = higherKey;
        this.clock = clock;
        for (var state : State.values()) {
            counts.put(state, 0L);
        }
        urls.forEach((url, stored) -> add(Entry.restored(url, stored).state(), 1));
        queue.keySet().forEach(key -> number = Math.max(number, numberOf(key)));
    }

    @Override
    public final boolean discovered(Entry entry) {
        enter();
        try {
            if (urls.putIfAbsent(entry.url(), entry.stored()) != null) {
                return false;
            }
            if (entry.state() == State.QUEUED) {
                queue(entry);
            }
            add(entry.state(), 1);
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final @Nullable Claim claim(Duration lease, Predicate<? super String> hosts) {
        enter();
        try {
            var now = clock.instant();
            wake(now);
            var first = hostAfter(lastHost);
            var host = first;
            while (host != null) {
                var claim = isOpen(host, now) && hosts.test(host) ? of(host, now, lease) : null;
                if (claim != null) {
                    lastHost = host;
                    return claim;
                }
                host = hostAfter(host);
                if (host == null || host.equals(first)) {
                    return null;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final boolean renew(Claim claim, Duration lease) {
        enter();
        try {
            var held = held(claim);
            if (held == null) {
                return false;
            }
            lease(claim.entry().url(), held.number, held.key, clock.instant().plus(lease));
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final boolean done(Claim claim, State end, String note) {
        if (end == State.QUEUED) {
            throw new IllegalArgumentException("no end: " + end);
        }
        enter();
        try {
            var held = held(claim);
            if (held == null) {
                return false;
            }
            urls.put(claim.entry().url(), claim.entry().ended(end, note).stored());
            queue.remove(held.key);
            leases.remove(claim.entry().url());
            add(State.QUEUED, -1);
            add(end, 1);
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final boolean retry(Claim claim, Instant from, String note) {
        enter();
        try {
            var held = held(claim);
            if (held == null) {
                return false;
            }
            var url = claim.entry().url();
            urls.put(url, claim.entry().triedAgain(note).stored());
            leases.remove(url);
            putOff.put(url, from);
            waking.add(new PutOff(from, url));
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final boolean release(Claim claim) {
        enter();
        try {
            var held = held(claim);
            if (held == null) {
                return false;
            }
            leases.remove(claim.entry().url());
            lookAgainAt(held.key);
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final void block(String host, Instant until) {
        enter();
        try {
            blocked.merge(host, until, (a, b) -> a.isAfter(b) ? a : b);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final @Nullable Instant due() {
        enter();
        try {
            wake(clock.instant());
            Instant earliest = null;
            for (var host = hostAfter(""); host != null; host = hostBehind(host)) {
                var due = due(host);
                earliest = earliest == null || due.isBefore(earliest) ? due : earliest;
            }
            return earliest;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final @Nullable Entry find(String url) {
        enter();
        try {
            var stored = urls.get(url);
            return stored == null ? null : Entry.restored(url, stored);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final long count(State state) {
        enter();
        try {
            return Objects.requireNonNull(counts.get(state));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final boolean requeue(Entry found, String note) {
        enter();
        try {
            var stored = urls.get(found.url());
            var now = stored == null ? null : Entry.restored(found.url(), stored);
            if (now == null || now.state() != found.state() || !now.note().equals(found.note())) {
                return false;
            }
            var again = now.state() == State.QUEUED ? now : now.afresh();
            urls.put(found.url(), again.ended(State.QUEUED, note).stored());
            if (now.state() != State.QUEUED) {
                queue(again);
                add(now.state(), -1);
                add(State.QUEUED, 1);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Elsewhere, as to look at all that is known would hold up a hub. A caller that is killed ends
    /// only its wait: what has begun is done for all URLs.
    @Override
    public final Beginning begin() {
        return Offload.shared().call(this::begun);
    }

    private Beginning begun() {
        enter(); // nobody sees a part of it, nor has it saved
        try {
            return Frontier.super.begin();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final void requeue(State state) {
        if (state != State.QUEUED) {
            Offload.shared().run(() -> requeueAll(state));
        }
    }

    private void requeueAll(State state) {
        enter();
        try {
            long before = number;
            urls.forEach((url, stored) -> {
                var entry = Entry.restored(url, stored);
                if (entry.state() == state) { // no list of them: there may be a million
                    var again = entry.afresh();
                    urls.put(url, again.stored()); // another value only: the walk goes on
                    queue(again);
                }
            });
            add(state, before - number);
            add(State.QUEUED, number - before);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final void forEach(Consumer<? super Entry> consumer) {
        enter();
        try {
            urls.forEach((url, stored) -> consumer.accept(Entry.restored(url, stored)));
        } finally {
            lock.unlock();
        }
    }

    private void enter() {
        lock.lock();
        try {
            ensureUsable();
        } catch (RuntimeException | Error e) {
            lock.unlock();
            throw e;
        }
    }

    /// Throws what whoever uses it has to be told, under the lock.
    void ensureUsable() {}

    /// Runs something while nothing changes: between two changes that belong together a store must
    /// not be written.
    final void quietly(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private void add(State state, long change) {
        counts.merge(state, change, Long::sum);
    }

    private void queue(Entry entry) {
        var key = keyOf(entry);
        queue.put(key, entry.url());
        lookAgainAt(key);
    }

    /// Has the next claim begin at the first key of its host, if it would begin behind this one.
    private void lookAgainAt(String key) {
        passed.computeIfPresent(hostOf(key), (_, last) -> key.compareTo(last) > 0 ? last : null);
    }

    private String keyOf(Entry entry) {
        return entry.host() + HOST_END + HEX.toHexDigits(entry.depth()) + HEX.toHexDigits(++number);
    }

    private static long numberOf(String key) {
        return Long.parseLong(key, key.length() - 16, key.length(), 16);
    }

    private static String hostOf(String key) {
        return key.substring(0, key.indexOf(HOST_END));
    }

    /// The next host with something in the queue; behind the last one, the first.
    private @Nullable String hostAfter(String host) {
        var next = hostBehind(host);
        return next != null ? next : hostBehind("");
    }

    private @Nullable String hostBehind(String host) {
        var key = higherKey.apply(host + (char) (HOST_END.charAt(0) + 1));
        return key == null ? null : hostOf(key);
    }

    private boolean isOpen(String host, Instant now) {
        var until = blocked.get(host);
        return until == null || !until.isAfter(now);
    }

    private @Nullable Claim of(String host, Instant now, Duration lease) {
        var last = passed.getOrDefault(host, host + HOST_END);
        for (var key = higherKey.apply(last); isOf(host, key); key = higherKey.apply(last)) {
            last = Objects.requireNonNull(key);
            var url = Objects.requireNonNull(queue.get(key));
            if (isFree(url, now)) {
                var entry = Entry.restored(url, Objects.requireNonNull(urls.get(url)));
                number++;
                lease(url, number, last, now.plus(lease));
                pass(host, last);
                return new Claim(entry, number);
            }
        }
        pass(host, last);
        return null;
    }

    private void pass(String host, String key) {
        if (passed.size() > MOST_BLOCKED) { // hosts; it is only a short cut
            passed.clear();
        }
        passed.put(host, key);
    }

    private void lease(String url, long claim, String key, Instant end) {
        leases.put(url, new Lease(claim, key, end));
        firstEnd = end.isBefore(firstEnd) ? end : firstEnd;
    }

    private static boolean isOf(String host, @Nullable String key) {
        return key != null && key.startsWith(host + HOST_END);
    }

    /// Those before it in the queue are claimed or put off: as many as are fetched at once, and
    /// those that have failed lately.
    private boolean isFree(String url, Instant now) {
        var lease = leases.get(url);
        return !putOff.containsKey(url) && (lease == null || !lease.end.isAfter(now));
    }

    private Instant due(String host) {
        var until = blocked.getOrDefault(host, Instant.MIN);
        Instant earliest = Instant.MAX;
        for (var key = higherKey.apply(host + HOST_END); isOf(host, key); ) {
            var url = Objects.requireNonNull(queue.get(key));
            var lease = leases.get(url);
            var due = lease != null ? lease.end : putOff.getOrDefault(url, Instant.MIN);
            if (due.equals(Instant.MIN)) {
                return until;
            }
            earliest = due.isBefore(earliest) ? due : earliest;
            key = higherKey.apply(key);
        }
        return earliest.isAfter(until) ? earliest : until;
    }

    private void wake(Instant now) {
        if (blocked.size() > MOST_BLOCKED) { // with those that are free again
            blocked.values().removeIf(until -> !until.isAfter(now));
        }
        if (!firstEnd.isAfter(now)) {
            passed.clear();
            firstEnd =
                    leases.values().stream()
                            .map(Lease::end)
                            .filter(end -> end.isAfter(now))
                            .min(Comparator.naturalOrder())
                            .orElse(Instant.MAX);
        }
        for (var next = waking.peek(); next != null && !next.until.isAfter(now); ) {
            waking.remove();
            putOff.remove(next.url, next.until);
            passed.clear();
            next = waking.peek();
        }
    }

    private @Nullable Lease held(Claim claim) {
        var lease = leases.get(claim.entry().url());
        return lease != null && lease.number == claim.number() ? lease : null;
    }

    private record Lease(long number, String key, Instant end) {}

    private record PutOff(Instant until, String url) implements Comparable<PutOff> {
        @Override
        public int compareTo(PutOff other) {
            return until.compareTo(other.until);
        }
    }
}
