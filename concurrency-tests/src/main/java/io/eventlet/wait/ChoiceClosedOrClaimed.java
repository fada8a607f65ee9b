// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZL_Result;

import java.util.concurrent.locks.ReentrantLock;

/// A thread that gives up its choice while it is handed an item.
@JCStressTest
@Outcome(id = "true, item", expect = Expect.ACCEPTABLE, desc = "it has got the item")
@Outcome(id = "false, null", expect = Expect.ACCEPTABLE, desc = "it has given up")
@Outcome(expect = Expect.FORBIDDEN, desc = "the item is lost, doubled, or not there yet")
@State
public class ChoiceClosedOrClaimed {
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue queue = new WaitQueue(lock, lock);
    private final Choice choice = new Choice(lock);
    private final WaitQueue.Waiter waiter;

    public ChoiceClosedOrClaimed() {
        lock.lock();
        try {
            waiter = queue.add(choice, null);
        } finally {
            lock.unlock();
        }
    }

    @Actor
    public void giver(ZL_Result result) {
        lock.lock();
        try {
            result.r1 = queue.wake("item");
        } finally {
            lock.unlock();
        }
    }

    @Actor
    public void taker(ZL_Result result) {
        boolean isClosed = choice.close();
        boolean ignored = waiter.leave();
        result.r2 = isClosed ? null : waiter.item();
    }
}
