// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZL_Result;

import java.util.concurrent.locks.ReentrantLock;

/// A thread that does something at once in one queue while it is woken in another one.
@JCStressTest
@Outcome(id = "true, false, here", expect = Expect.ACCEPTABLE, desc = "done at once")
@Outcome(id = "false, true, there", expect = Expect.ACCEPTABLE, desc = "woken")
@Outcome(expect = Expect.FORBIDDEN, desc = "both were done, or none")
@State
public class ChoiceHeldOrClaimed {
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue queue = new WaitQueue(lock, lock);
    private final Choice choice = new Choice(lock);
    private final WaitQueue.Waiter waiter;

    public ChoiceHeldOrClaimed() {
        lock.lock();
        try {
            waiter = queue.add(choice, null);
        } finally {
            lock.unlock();
        }
    }

    @Actor
    public void taker(ZZL_Result result) {
        result.r1 = choice.hold();
        if (result.r1) {
            choice.done("here");
        }
    }

    @Actor
    public void giver(ZZL_Result result) {
        lock.lock();
        try {
            result.r2 = queue.wake("there");
        } finally {
            lock.unlock();
        }
    }

    @Arbiter
    public void later(ZZL_Result result) {
        result.r3 = choice.isDone() ? choice.item() : choice.isOf(waiter) ? waiter.item() : null;
    }
}
