// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import io.eventlet.GreenSemaphore;
import io.eventlet.limit.KeyedLimit;
import io.eventlet.limit.RateLimiter;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;

/// What limits the calls of one `imap` in this JVM, shared by all of its tasks here.
///
/// Remembered from one task to the next, as long as it could be told from a new one: else each task
/// would begin with a permit of a rate that another one has just taken.
final class SharedLimits implements AutoCloseable {
    private static final ReentrantLock LOCK = new ReentrantLock();
    private static final Map<String, SharedLimits> ALL = new HashMap<>(); // under LOCK

    private final GreenSemaphore permits;
    private final @Nullable RateLimiter rate;
    private final @Nullable KeyedLimit<String> keys;
    private final @Nullable KeyRates keyRates;
    private int users; // under LOCK

    private SharedLimits(Calls calls, @Nullable KeyLimits<?> limits) {
        permits = new GreenSemaphore(calls.size);
        rate = calls.permits == 0 ? null : RateLimiter.of(calls.permits, calls.period);
        keys = limits == null || limits.atOnce == 0 ? null : new KeyedLimit<>(limits.atOnce);
        keyRates =
                limits == null || limits.permits == 0
                        ? null
                        : new KeyRates(limits.permits, limits.period);
    }

    /// Those of an `imap`, for a task of it until it closes them.
    static SharedLimits of(String imap, Calls calls, @Nullable KeyLimits<?> limits) {
        LOCK.lock();
        try {
            ALL.values().removeIf(SharedLimits::areAsNew);
            var shared = ALL.computeIfAbsent(imap, _ -> new SharedLimits(calls, limits));
            shared.users++;
            return shared;
        } finally {
            LOCK.unlock();
        }
    }

    private boolean areAsNew() {
        return users == 0
                && (rate == null || rate.delay().isZero())
                && (keyRates == null || keyRates.areAsNew());
    }

    @Override
    public void close() {
        LOCK.lock();
        try {
            users--;
        } finally {
            LOCK.unlock();
        }
    }

    /// Calls something when all limits allow it.
    ///
    /// A permit of the JVM is taken when one of the key is there, so that those that wait for a
    /// busy key do not keep it from others; and the rates last, so that calls begin as they say.
    <T extends @Nullable Object> T call(@Nullable String key, Callable<T> attempt)
            throws Exception {
        if (keys == null || key == null) {
            return callOfKey(key, attempt);
        }
        try (var _ = keys.enter(key)) {
            return callOfKey(key, attempt);
        }
    }

    private <T extends @Nullable Object> T callOfKey(@Nullable String key, Callable<T> attempt)
            throws Exception {
        if (keyRates == null || key == null) {
            enter();
        } else {
            try (var ofKey = keyRates.of(key)) {
                ofKey.acquire(this::enter, permits::release);
            }
        }
        try {
            return attempt.call();
        } finally {
            permits.release();
        }
    }

    private void enter() {
        permits.acquire();
        if (rate == null) {
            return;
        }
        try {
            rate.acquire();
        } catch (Throwable e) {
            permits.release();
            throw e;
        }
    }
}
