// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import io.eventlet.mirror.frontier.Claim;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Claims that a worker has taken: those that nobody has asked for yet, and the hosts of those that
/// were handed out.
final class Ahead {
    private static final long ASK_NANOS = 1_000_000_000;

    private final Consumer<? super Claim> giveBack;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Waiting> waiting = new ArrayList<>(); // under lock
    private final Map<Long, String> handedOut = new HashMap<>(); // under lock; by claim
    private final Map<Long, Duration> ages = new HashMap<>(); // under lock; of those
    private long asked; // under lock; when those that wait were last taken or asked for

    /// @param giveBack what is done with a claim that has waited for too long
    Ahead(Consumer<? super Claim> giveBack) {
        this.giveBack = giveBack;
    }

    /// Hands out the first whose host is accepted; null if there is none.
    @Nullable Claim next(Predicate<? super String> hosts) {
        for (var one : snapshot()) {
            if (one.isLate()) {
                if (remove(one)) {
                    giveBack.accept(one.claim);
                }
            } else if (hosts.test(one.claim.entry().host()) && handOut(one)) {
                return one.claim;
            }
        }
        return null;
    }

    /// The hosts of those that wait.
    Set<String> hosts() {
        return snapshot().stream().map(one -> one.claim.entry().host()).collect(Collectors.toSet());
    }

    /// The hosts of those that were handed out and have not ended.
    Set<String> handedOut() {
        lock.lock();
        try {
            return Set.copyOf(handedOut.values());
        } finally {
            lock.unlock();
        }
    }

    /// How old it was when it was handed out; nothing if it has ended.
    Duration age(Claim claim) {
        lock.lock();
        try {
            return ages.getOrDefault(claim.number(), Duration.ZERO);
        } finally {
            lock.unlock();
        }
    }

    /// Keeps some, for half of their lease at most.
    ///
    /// @param taken when, by `System.nanoTime`, or before
    void add(Collection<Claim> claims, Duration lease, long taken) {
        long late = taken + lease.toNanos() / 2; // the rest is for who gets it
        lock.lock();
        try {
            if (waiting.isEmpty()) {
                asked = taken; // it was, then
            }
            claims.forEach(claim -> waiting.add(new Waiting(claim, taken, late)));
        } finally {
            lock.unlock();
        }
    }

    /// Gives back those of some hosts.
    void drop(Set<String> hosts) {
        for (var one : snapshot()) {
            if (hosts.contains(one.claim.entry().host()) && remove(one)) {
                giveBack.accept(one.claim);
            }
        }
    }

    /// Whether some wait, and nobody has asked for a second whether they still may be handed out.
    boolean isTimeToAsk() {
        long now = System.nanoTime();
        lock.lock();
        try {
            if (waiting.isEmpty() || now - asked < ASK_NANOS) {
                return false;
            }
            asked = now;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Whether it was handed out, and had not ended.
    boolean ended(Claim claim) {
        lock.lock();
        try {
            ages.remove(claim.number());
            return handedOut.remove(claim.number()) != null;
        } finally {
            lock.unlock();
        }
    }

    /// Gives back all that wait.
    void close() {
        for (var one : snapshot()) {
            if (remove(one)) {
                giveBack.accept(one.claim);
            }
        }
    }

    private List<Waiting> snapshot() {
        lock.lock();
        try {
            return List.copyOf(waiting);
        } finally {
            lock.unlock();
        }
    }

    private boolean handOut(Waiting one) {
        lock.lock();
        try {
            if (!waiting.remove(one)) {
                return false;
            }
            handedOut.put(one.claim.number(), one.claim.entry().host());
            ages.put(one.claim.number(), Duration.ofNanos(System.nanoTime() - one.taken));
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean remove(Waiting one) {
        lock.lock();
        try {
            return waiting.remove(one);
        } finally {
            lock.unlock();
        }
    }

    private record Waiting(Claim claim, long taken, long late) {
        boolean isLate() {
            return System.nanoTime() - late >= 0;
        }
    }
}
