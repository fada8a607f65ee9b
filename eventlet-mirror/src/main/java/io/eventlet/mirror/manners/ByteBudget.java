// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.manners;

import java.util.concurrent.atomic.AtomicLong;

/// So many bytes in all, and no more.
public final class ByteBudget implements Allowance {
    private final AtomicLong left;

    public ByteBudget(long bytes) {
        left = new AtomicLong(bytes);
    }

    @Override
    public int take(int wanted) throws BudgetSpent {
        while (true) {
            long before = left.get();
            if (before <= 0) {
                throw new BudgetSpent();
            }
            int taken = (int) Math.min(wanted, before);
            if (left.compareAndSet(before, before - taken)) {
                return taken;
            }
        }
    }

    @Override
    public void giveBack(int bytes) {
        left.addAndGet(bytes);
    }

    public boolean isSpent() {
        return left.get() <= 0;
    }
}
