// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import io.eventlet.interleavings.LinearizableSpecification;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// A wait queue in which two wait and a third may come: they are woken one after the other, give
/// up, or choose something else.
@Param(name = "who", gen = IntGen.class, conf = "0:2")
public class WaitQueueModelTest extends LinearizableSpecification {
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue queue = new WaitQueue(lock, lock);
    private final Standing[] standing = new Standing[3]; // guarded by lock, but for those in it

    private record Standing(Choice choice, WaitQueue.Waiter waiter) {}

    public WaitQueueModelTest() {
        super(Plain.class);
        boolean ignored = locked(() -> comes(0) && comes(1));
    }

    /// Who stands in line, and whether the third has ever come.
    public static class Plain {
        private final Deque<Integer> line = new ArrayDeque<>(List.of(0, 1));
        private boolean came;

        public boolean come() {
            if (came) {
                return false;
            }
            came = true;
            return line.add(2);
        }

        public int wake() {
            return line.isEmpty() ? -1 : line.remove();
        }

        public boolean giveUp(int who) {
            return line.remove((Object) who);
        }

        public boolean chooseSomethingElse(int who) {
            return giveUp(who);
        }

        public int first() {
            return line.isEmpty() ? -1 : line.getFirst();
        }

        public boolean isEmpty() {
            return line.isEmpty();
        }
    }

    private <T extends @Nullable Object> T locked(Supplier<T> section) {
        lock.lock();
        try {
            return section.get();
        } finally {
            lock.unlock();
        }
    }

    /// The third; false if it has come before.
    @Operation
    public boolean come() {
        return locked(() -> comes(2));
    }

    private boolean comes(int who) {
        if (standing[who] != null) {
            return false;
        }
        var choice = new Choice(lock);
        standing[who] = new Standing(choice, queue.add(choice, who));
        return true;
    }

    /// Who is woken, or -1.
    @Operation
    public int wake() {
        return locked(() -> {
            var waiter = queue.claim();
            if (waiter == null) {
                return -1;
            }
            int who = (int) Objects.requireNonNull(waiter.item());
            queue.wake(waiter, null);
            return who;
        });
    }

    @Operation
    public boolean giveUp(@Param(name = "who") int who) {
        var one = locked(() -> standing[who]);
        if (one == null || !one.choice.close()) {
            return false;
        }
        boolean ignored = one.waiter.leave();
        return true;
    }

    @Operation
    public boolean chooseSomethingElse(@Param(name = "who") int who) {
        var one = locked(() -> standing[who]);
        return one != null && one.choice.close();
    }

    @Operation
    public int first() {
        return locked(() -> queue.peek() instanceof Integer who ? who : -1);
    }

    @Operation
    public boolean isEmpty() {
        return locked(queue::isEmpty);
    }
}
