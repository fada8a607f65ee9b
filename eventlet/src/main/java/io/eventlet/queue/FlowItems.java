// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import io.eventlet.Event;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;

/// The items of a reactive publisher, for a thread that takes one after the other: each step of the
/// loop waits for an item, and the publisher is asked for no more than a few ahead.
///
/// ```java
/// try (var lines = FlowItems.of(publisher, 16)) {
///     for (String line : lines) {
///         handle(line); // may wait as long as it likes: the publisher waits too
///     }
/// }
/// ```
///
/// The loop ends when the publisher has completed. What it fails with is thrown once all items
/// before are taken, as the cause of a [io.eventlet.TaskFailed]. A timeout or a kill ends a wait
/// and loses nothing. Closing it cancels the subscription. For one thread at a time.
///
/// @param <T> what is published
public final class FlowItems<T> implements Iterable<T>, AutoCloseable {
    private final GreenQueue<T> items = GreenQueue.unbounded(); // no more than were asked for
    private final Iterator<T> taken = items.iterator();
    private final Event<Object> failure = new Event<>();
    private final AtomicReference<Flow.@Nullable Subscription> subscription =
            new AtomicReference<>();

    private FlowItems() {}

    /// Subscribes to a publisher, which is asked for so many items before the first is taken, and
    /// for one more whenever one is taken.
    public static <T> FlowItems<T> of(Flow.Publisher<? extends T> publisher, int ahead) {
        if (ahead < 1) {
            throw new IllegalArgumentException("at least 1 item must be asked for: " + ahead);
        }
        var items = new FlowItems<T>();
        Objects.requireNonNull(publisher).subscribe(items.new Subscriber(ahead));
        return items;
    }

    /// What the publisher calls, on whatever thread: it never waits.
    private final class Subscriber implements Flow.Subscriber<T> {
        private final int ahead;

        Subscriber(int ahead) {
            this.ahead = ahead;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            Objects.requireNonNull(given);
            if (subscription.compareAndSet(null, given)) {
                given.request(ahead);
            } else { // the second, or it is closed
                given.cancel();
            }
        }

        @Override
        public void onNext(T item) {
            try {
                items.put(Objects.requireNonNull(item));
            } catch (QueueClosed e) { // a publisher may take a while to see that
                cancel();
            }
        }

        @Override
        public void onError(Throwable error) {
            failure.sendError(error);
            items.close();
        }

        @Override
        public void onComplete() {
            items.close();
        }
    }

    /// The items that were not taken yet. Each of its steps waits until it is known whether there
    /// is another item.
    @Override
    public Iterator<T> iterator() {
        return new Taking();
    }

    private final class Taking implements Iterator<T> {
        @Override
        public boolean hasNext() {
            if (taken.hasNext()) {
                return true;
            }
            if (failure.isReady()) {
                var ignored = failure.await(); // throws
            }
            return false;
        }

        @Override
        public T next() {
            boolean ignored = hasNext();
            T item = taken.next();
            var known = subscription.get();
            if (known != null) {
                known.request(1);
            }
            return item;
        }
    }

    private void cancel() {
        var known = subscription.getAndSet(Closed.CLOSED);
        if (known != null) {
            known.cancel();
        }
    }

    /// Cancels the subscription, and drops what was not taken.
    @Override
    public void close() {
        var ignored = items.closeNow();
        cancel();
    }

    /// In place of a subscription: there will be none.
    private enum Closed implements Flow.Subscription {
        CLOSED;

        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    }
}
