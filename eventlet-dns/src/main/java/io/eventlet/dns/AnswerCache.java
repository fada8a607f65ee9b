// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Answers that have been given and may be kept: at most so many, of which those go first that
/// nobody has asked for longest. Thread-safe.
final class AnswerCache {
    // RFC 8767 4 and RFC 2308 5: what is longer is more likely a mistake
    private static final long LONGEST_SECONDS = TimeUnit.DAYS.toSeconds(1);
    private static final long LONGEST_NOTHING_SECONDS = TimeUnit.HOURS.toSeconds(1);

    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Kept> entries; // guarded by lock

    private record Key(String name, @Nullable RecordType type) {} // no type: there is no such name

    private record Kept(Answer answer, long until) {}

    AnswerCache(int most, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        entries =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Key, Kept> eldest) {
                        return size() > most;
                    }
                };
    }

    /// The answer that is known; null if there is none.
    @Nullable Answer get(String name, RecordType type) {
        lock.lock();
        try {
            var known = live(new Key(name, type));
            return known == null ? live(new Key(name, null)) : known;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Answer live(Key key) { // under lock
        var entry = entries.get(key);
        if (entry == null) {
            return null;
        }
        if (entry.until - nanoTime.getAsLong() <= 0) {
            entries.remove(key);
            return null;
        }
        return entry.answer;
    }

    /// Keeps an answer as long as it says.
    void put(String name, RecordType type, Answer answer) {
        long seconds =
                switch (answer) {
                    case Answer.Found<?> found -> Math.min(found.seconds(), LONGEST_SECONDS);
                    case Answer.Nothing nothing ->
                            Math.min(nothing.seconds(), LONGEST_NOTHING_SECONDS);
                    case Answer.Failed failed -> failed.seconds();
                    case Answer.Alias _ -> 0;
                };
        if (seconds <= 0) {
            return;
        }
        boolean ofAnyType = answer instanceof Answer.Nothing nothing && nothing.noSuchName();
        var key = new Key(name, ofAnyType ? null : type);
        long until = nanoTime.getAsLong() + TimeUnit.SECONDS.toNanos(seconds);
        lock.lock();
        try {
            entries.put(key, new Kept(answer, until));
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        lock.lock();
        try {
            entries.clear();
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }
}
