// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZL_Result;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// A thread that is woken in one of two queues, and handed an item, while it is about to park.
@JCStressTest
@Outcome(id = "true, item", expect = Expect.ACCEPTABLE, desc = "it goes on, with the item")
@Outcome(id = "false, null", expect = Expect.FORBIDDEN, desc = "it sleeps for ever")
@Outcome(expect = Expect.FORBIDDEN, desc = "it goes on, without the item")
@State
public class ChoiceWakeup {
    private static final long EVER = TimeUnit.SECONDS.toNanos(20);

    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue one = new WaitQueue(lock, lock);
    private final WaitQueue other = new WaitQueue(lock, lock);
    private boolean given; // guarded by lock

    @Actor
    public void chooser(ZL_Result result) {
        var choice = new Choice(lock);
        WaitQueue.Waiter idle;
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            if (given) {
                result.r1 = true;
                result.r2 = "item";
                return;
            }
            idle = one.add(choice, null);
            waiter = other.add(choice, null);
        } finally {
            lock.unlock();
        }
        result.r1 = choice.await(Waits.deadlineAfter(EVER));
        boolean ignored = idle.leave() || waiter.leave(); // has met who woke it, in the lock
        result.r2 = waiter.item();
    }

    @Actor
    public void waker() {
        lock.lock();
        try {
            given = true;
            boolean ignored = other.wake("item");
        } finally {
            lock.unlock();
        }
    }
}
