// SPDX-License-Identifier: Apache-2.0
package io.eventlet.lang;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Things in their order, for one thread.
///
/// It grows when it is half full, so that a moment without memory does no harm: only when it is
/// full and cannot grow does an add fail, and then nothing has changed. (An `ArrayDeque` that
/// cannot grow forgets all it has.)
public class Ring<E> {
    private static final int INITIAL = 1024; // a power of two, as all lengths

    private @Nullable E[] ring;
    private int head;
    private int size;

    public Ring() {
        this(INITIAL);
    }

    /// One with room for so many, a power of two.
    public Ring(int room) {
        ring = newArray(room);
    }

    /// Adds one at the end. Throws an `OutOfMemoryError`, without adding it, if there is no room
    /// and no memory for more.
    public final void addLast(E added) {
        makeRoom();
        ring[(head + size++) & (ring.length - 1)] = added;
    }

    public final void addFirst(E added) {
        makeRoom();
        head = (head - 1) & (ring.length - 1);
        ring[head] = added;
        size++;
    }

    public final @Nullable E pollFirst() {
        if (size == 0) {
            return null;
        }
        var first = ring[head];
        ring[head] = null;
        head = (head + 1) & (ring.length - 1);
        size--;
        return first;
    }

    public final E removeLast() {
        int last = (head + size - 1) & (ring.length - 1);
        var removed = Objects.requireNonNull(ring[last]);
        ring[last] = null;
        size--;
        return removed;
    }

    /// The first, which stays; null if there is none.
    public final @Nullable E peekFirst() {
        return size == 0 ? null : ring[head];
    }

    public final int size() {
        return size;
    }

    public final List<E> toList() {
        var all = new ArrayList<E>(size);
        for (int i = 0; i < size; i++) {
            all.add(Objects.requireNonNull(ring[(head + i) & (ring.length - 1)]));
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
        var grown = allocate(2 * ring.length);
        int behind = ring.length - head;
        System.arraycopy(ring, head, grown, 0, behind);
        System.arraycopy(ring, 0, grown, behind, head);
        ring = grown;
        head = 0;
    }

    /// A ring of a length; tests have it fail.
    protected @Nullable E[] allocate(int length) {
        return newArray(length);
    }

    @SuppressWarnings("unchecked")
    private static <E> @Nullable E[] newArray(int length) {
        return (@Nullable E[]) new Object[length];
    }
}
