// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.interleavings.LinearizableSpecification;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// A wait queue: waiters come, are woken one after the other, give up, or choose something else.
@Param(name = "who", gen = IntGen.class, conf = "0:2")
public class WaitQueueModelTest extends LinearizableSpecification {
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue queue = new WaitQueue(lock, this);
    private final Standing[] standing = new Standing[3]; // guarded by lock, but for those in it

    private record Standing(Choice choice, WaitQueue.Waiter waiter) {}

    private <T extends @Nullable Object> T locked(Supplier<T> section) {
        lock.lock();
        try {
            return section.get();
        } finally {
            lock.unlock();
        }
    }

    /// False if it has come before.
    @Operation
    public boolean come(@Param(name = "who") int who) {
        return locked(() -> {
            if (standing[who] != null) {
                return false;
            }
            var choice = new Choice(this);
            standing[who] = new Standing(choice, queue.add(choice, who));
            return true;
        });
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
        return one != null && one.choice.close() && one.waiter.leave();
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
