// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import org.jspecify.annotations.Nullable;

import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Iterator;
import java.util.Map;

/// Two sources as one of pairs, until the shorter ends.
final class Pairs {
    private Pairs() {}

    static <A extends @Nullable Object, B extends @Nullable Object> Iterable<Map.Entry<A, B>> of(
            Iterable<? extends A> first, Iterable<? extends B> second) {
        return () -> new PairIterator<>(first.iterator(), second.iterator());
    }

    private record PairIterator<A extends @Nullable Object, B extends @Nullable Object>(
            Iterator<? extends A> first, Iterator<? extends B> second)
            implements Iterator<Map.Entry<A, B>> {
        @Override
        public boolean hasNext() {
            return first.hasNext() && second.hasNext();
        }

        @Override
        public Map.Entry<A, B> next() {
            return new SimpleImmutableEntry<>(first.next(), second.next());
        }
    }
}
