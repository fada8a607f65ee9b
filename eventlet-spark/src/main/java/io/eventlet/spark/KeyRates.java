// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import io.eventlet.Eventlet;
import io.eventlet.GreenSemaphore;
import io.eventlet.limit.RateLimiter;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// A rate for each key, as long as it could be told from a new one.
final class KeyRates {
    private static final int MANY = 1000;

    private final int permits;
    private final Duration period;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, KeyRate> rates = new HashMap<>(); // under lock
    private int sweptAt = MANY; // under lock

    KeyRates(int permits, Duration period) {
        this.permits = permits;
        this.period = period;
    }

    /// The rate of one key.
    final class KeyRate implements AutoCloseable {
        private final GreenSemaphore turn = new GreenSemaphore(1);
        final RateLimiter limiter = RateLimiter.of(permits, period);
        private int users; // under lock

        /// Takes something when it is the caller's turn and a permit of the key is due, and then
        /// that permit. Others of the key wait before they take theirs, and so keep nothing from
        /// anybody else.
        ///
        /// @param giveBack undoes the taking, when what comes after it fails
        void acquire(Runnable take, Runnable giveBack) {
            turn.acquire();
            try {
                var delay = limiter.delay();
                while (!delay.isZero()) {
                    Eventlet.sleep(delay);
                    delay = limiter.delay();
                }
                take.run();
                try {
                    limiter.acquire();
                } catch (Throwable e) {
                    giveBack.run();
                    throw e;
                }
            } finally {
                turn.release();
            }
        }

        private boolean isAsNew() {
            return users == 0 && limiter.delay().isZero();
        }

        @Override
        public void close() {
            lock.lock();
            try {
                users--;
            } finally {
                lock.unlock();
            }
        }
    }

    /// The rate of a key, for who uses it until it is closed.
    KeyRate of(String key) {
        lock.lock();
        try {
            if (rates.size() >= sweptAt) {
                rates.values().removeIf(KeyRate::isAsNew);
                sweptAt = Math.max(MANY, 2 * rates.size());
            }
            var rate = rates.computeIfAbsent(key, _ -> new KeyRate());
            rate.users++;
            return rate;
        } finally {
            lock.unlock();
        }
    }

    /// Whether new ones would do the same.
    boolean areAsNew() {
        lock.lock();
        try {
            return rates.values().stream().allMatch(KeyRate::isAsNew);
        } finally {
            lock.unlock();
        }
    }

    /// How many keys are remembered.
    int size() {
        lock.lock();
        try {
            return rates.size();
        } finally {
            lock.unlock();
        }
    }
}
