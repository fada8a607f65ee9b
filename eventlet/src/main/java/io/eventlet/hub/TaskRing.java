// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Tasks, first in first out, for one thread.
///
/// It grows when it is half full, so that a moment without memory does no harm: only when it is
/// full and cannot grow does an add fail, and then nothing has changed. (An `ArrayDeque` that
/// cannot grow forgets all it has.)
class TaskRing {
    private static final int INITIAL = 1024; // a power of two, as all lengths

    private @Nullable Runnable[] ring = new Runnable[INITIAL];
    private int head;
    private int size;

    /// Adds a task at the end. Throws an `OutOfMemoryError`, without adding it, if there is no room
    /// and no memory for more.
    final void addLast(Runnable task) {
        makeRoom();
        ring[(head + size++) & (ring.length - 1)] = task;
    }

    final void addFirst(Runnable task) {
        makeRoom();
        head = (head - 1) & (ring.length - 1);
        ring[head] = task;
        size++;
    }

    final @Nullable Runnable pollFirst() {
        if (size == 0) {
            return null;
        }
        var task = ring[head];
        ring[head] = null;
        head = (head + 1) & (ring.length - 1);
        size--;
        return task;
    }

    final Runnable removeLast() {
        int last = (head + size - 1) & (ring.length - 1);
        var task = Objects.requireNonNull(ring[last]);
        ring[last] = null;
        size--;
        return task;
    }

    final int size() {
        return size;
    }

    final List<Runnable> toList() {
        var all = new ArrayList<Runnable>(size);
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
    @Nullable Runnable[] allocate(int length) {
        return new Runnable[length];
    }
}
