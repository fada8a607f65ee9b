// SPDX-License-Identifier: Apache-2.0
package io.eventlet.limit;

import io.eventlet.lang.Lists;
import io.eventlet.lang.Locks;
import io.eventlet.wait.Held;
import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// The permits of one key: which are held, and who waits for one. Guarded by the lock of all.
final class KeyPermits<K> implements Held {
    private final PermitsByKey<K> all;
    final K key;
    final WaitQueue waiters; // threads bring their permits
    private @Nullable KeyPermit<K> first; // of those that are held
    private int inUse;

    KeyPermits(PermitsByKey<K> all, K key) {
        this.all = all;
        this.key = key;
        waiters = new WaitQueue(all.lock, this);
    }

    int inUse() {
        return inUse;
    }

    boolean isOneFree() {
        return inUse < all.max();
    }

    void take(KeyPermit<K> permit) {
        permit.held = true;
        permit.next = first;
        if (first != null) {
            first.previous = permit;
        }
        first = permit;
        inUse++;
    }

    /// Takes back a permit, which is the next one's; false if it was given back before.
    boolean takeBack(KeyPermit<K> permit) {
        if (!permit.held) {
            return false;
        }
        permit.held = false;
        if (permit.previous == null) {
            first = permit.next;
        } else {
            permit.previous.next = permit.next;
        }
        if (permit.next != null) {
            permit.next.previous = permit.previous;
        }
        permit.previous = null;
        permit.next = null;
        inUse--;
        admit();
        return true;
    }

    /// Lets in who waits, as long as a permit is free; forgets the key if nobody uses it.
    void admit() {
        while (isOneFree()) {
            var next = waiters.claim();
            if (next == null) {
                break;
            }
            @SuppressWarnings("unchecked")
            var permit = (@Nullable KeyPermit<K>) next.item();
            if (permit != null) { // else of a task, which takes its own
                take(permit);
            }
            waiters.wake(next, permit);
        }
        if (inUse == 0) {
            all.remove(key);
        }
    }

    @Override
    public Collection<Thread> holders() {
        return Locks.call(
                all.lock,
                () -> {
                    var holders = new ArrayList<Thread>(inUse);
                    for (var permit = first; permit != null; permit = permit.next) {
                        if (permit.holder == null) {
                            return List.of();
                        }
                        holders.add(permit.holder);
                    }
                    return holders;
                });
    }

    @Override
    public String toString() {
        return Locks.call(
                        all.lock,
                        () ->
                                "%d of at most %d, %d waiting"
                                        .formatted(inUse, all.max(), waiters.size()))
                + " for "
                + Lists.shortened(key);
    }
}
