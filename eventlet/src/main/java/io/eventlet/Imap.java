// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.lang.Durations;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// The results of a function that a pool applies to many items at once.
///
/// ```java
/// try (var titles = pool.imap(this::fetchTitle, urls)) {
///     for (String title : titles) {
///         System.out.println(title);
///     }
/// }
/// ```
///
/// - As many items are taken as the pool has permits: so many results are held, or in the making,
///   however many items there are.
/// - What works on the items, its crew, are members of the pool, and count there. An item sees
///   nothing of another: neither its thread-locals nor a [Timeout] that it left open.
/// - A result is given out as soon as it is its turn and it is there.
/// - An item that failed throws a [TaskFailed] from its own [#next()]; the iteration can go on. If
///   the source of items fails, that is thrown at its place, and ends the iteration.
/// - A [#next(Duration)] whose limit expires, or a [Timeout] around it, loses nothing.
/// - [#close()] stops the crew, and so does killing the thread that waits in it. Left alone without
///   either, they end when there is no more room for results.
///
/// Iterate by one thread at a time.
@SuppressWarnings("IterableAndIterator") // single-pass, and said so
public final class Imap<R extends @Nullable Object>
        implements Iterator<R>, Iterable<R>, AutoCloseable {
    private final Mapping<?, R> mapping;

    Imap(Mapping<?, R> mapping) {
        this.mapping = mapping;
        mapping.begin();
    }

    /// From now on the first failure of any item ends the iteration: it is thrown by the next
    /// `next()`, and the crew is stopped.
    public Imap<R> failFast() {
        mapping.failFast();
        return this;
    }

    /// Waits until the next result, or the end, is there.
    @Override
    public boolean hasNext() {
        return mapping.awaitReady(Waits.NEVER) != Mapping.Ready.END;
    }

    /// Waits for the next result.
    @Override
    public R next() {
        var ready = mapping.awaitReady(Waits.NEVER);
        if (ready == Mapping.Ready.END) {
            throw new NoSuchElementException("all results have been taken");
        }
        return mapping.take();
    }

    /// Waits for the next result for at most a time; throws [LimitExpired] after that, and the
    /// result will be that of the next call.
    public R next(Duration limit) {
        Durations.ensureNotNegative(limit, "the limit of a wait");
        return switch (mapping.awaitReady(Waits.deadlineAfter(limit))) {
            case END -> throw new NoSuchElementException("all results have been taken");
            case EXPIRED -> throw new LimitExpired("no next result", limit);
            case RESULT -> mapping.take();
        };
    }

    /// This object: the results can be iterated over once.
    @Override
    public Iterator<R> iterator() {
        return this;
    }

    /// The results as a stream, which closes this object when it is closed.
    public Stream<R> stream() {
        var spliterator = Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED);
        return StreamSupport.stream(spliterator, false).onClose(this::close);
    }

    /// Stops the crew and drops what it has done. Nothing more comes.
    @Override
    public void close() {
        mapping.close();
    }
}
