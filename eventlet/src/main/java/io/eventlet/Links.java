// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The links of a green thread, in the order in which they were added. Guarded by the lock of its
/// [Watchers].
///
/// Most threads have one or two. Who has many has them by number, so that none is looked for. They
/// are told apart by their identity: `equals` of a user's class is not called under a lock.
final class Links {
    private static final int FEW = 16;

    private final List<Consumer<?>> few = new ArrayList<>(0);
    private @Nullable Numbered many; // in place of the few

    /// The links by number, and the numbers of each: one may be there more than once.
    private static final class Numbered {
        final Map<Long, Consumer<?>> links = new LinkedHashMap<>();
        final IdentityHashMap<Consumer<?>, ArrayDeque<Long>> numbers = new IdentityHashMap<>();
        long next;

        void add(Consumer<?> link) {
            links.put(next, link);
            numbers.computeIfAbsent(link, _ -> new ArrayDeque<>(1)).add(next);
            next++;
        }

        boolean remove(Consumer<?> link) {
            var known = numbers.get(link);
            if (known == null) {
                return false;
            }
            links.remove(known.remove());
            if (known.isEmpty()) {
                numbers.remove(link);
            }
            return true;
        }

        @Nullable Consumer<?> poll() {
            var first = links.values().iterator();
            if (!first.hasNext()) {
                return null;
            }
            var link = first.next();
            boolean ignored = remove(link);
            return link;
        }
    }

    void add(Consumer<?> link) {
        if (many == null && few.size() < FEW) {
            few.add(link);
            return;
        }
        var numbered = many;
        if (numbered == null) {
            numbered = new Numbered();
            few.forEach(numbered::add);
            few.clear();
            many = numbered;
        }
        numbered.add(link);
    }

    /// Takes a link out, the first time that it is there; false if it is not.
    boolean remove(Consumer<?> link) {
        if (many != null) {
            return many.remove(link);
        }
        for (int i = 0; i < few.size(); i++) {
            if (few.get(i) == link) {
                few.remove(i);
                return true;
            }
        }
        return false;
    }

    /// Takes out the first; null if there is none.
    @Nullable Consumer<?> poll() {
        if (many != null) {
            return many.poll();
        }
        return few.isEmpty() ? null : few.removeFirst();
    }
}
