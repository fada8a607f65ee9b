// SPDX-License-Identifier: Apache-2.0
package io.eventlet.lang;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;

/// Things in their order, for one thread.
///
/// It grows when it is half full, so that a moment without memory does no harm: only when it is
/// full and cannot grow does an add fail, and then nothing has changed. (An `ArrayDeque` that
/// cannot grow forgets all it has.)
public final class Ring<E> {
    private static final int INITIAL = 1024; // a power of two, as all lengths

    private final IntFunction<@Nullable Object[]> memory;
    private @Nullable Object[] ring;
    private int head;
    private int size;

    public Ring() {
        this(INITIAL);
    }

    /// One with room for so many, a power of two.
    public Ring(int room) {
        this(room, Object[]::new);
    }

    /// One that gets its memory from somewhere; tests have that fail.
    Ring(int room, IntFunction<@Nullable Object[]> memory) {
        this.memory = memory;
        ring = memory.apply(room);
    }

    /// Adds one at the end. Throws an `OutOfMemoryError`, without adding it, if there is no room
    /// and no memory for more.
    public void addLast(E added) {
        makeRoom();
        ring[(head + size++) & (ring.length - 1)] = added;
    }

    public void addFirst(E added) {
        makeRoom();
        head = (head - 1) & (ring.length - 1);
        ring[head] = added;
        size++;
    }

    public @Nullable E pollFirst() {
        if (size == 0) {
            return null;
        }
        var first = at(head);
        ring[head] = null;
        head = (head + 1) & (ring.length - 1);
        size--;
        return first;
    }

    public E removeLast() {
        int last = (head + size - 1) & (ring.length - 1);
        var removed = Objects.requireNonNull(at(last));
        ring[last] = null;
        size--;
        return removed;
    }

    /// The first, which stays; null if there is none.
    public @Nullable E peekFirst() {
        return size == 0 ? null : at(head);
    }

    public int size() {
        return size;
    }

    public List<E> toList() {
        var all = new ArrayList<E>(size);
        for (int i = 0; i < size; i++) {
            all.add(Objects.requireNonNull(at((head + i) & (ring.length - 1))));
        }
        return all;
    }

    private void makeRoom() {
        if (size < ring.length / 2) {
            return;
        }
        try {
            grow();
        } catch (OutOfMemoryError e) {
            if (size == ring.length) {
                throw e;
            }
        }
    }

    private void grow() {
        var grown = memory.apply(2 * ring.length);
        int behind = ring.length - head;
        System.arraycopy(ring, head, grown, 0, behind);
        System.arraycopy(ring, 0, grown, behind, head);
        ring = grown;
        head = 0;
    }

    @SuppressWarnings("unchecked")
    private @Nullable E at(int index) {
        return (@Nullable E) ring[index];
    }
}
