// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

import java.time.Duration;

/// Two threads that need the one permit: without the lock for who comes first, in line for the
/// other, unless it is back by then.
@JCStressTest
@Outcome(id = "true, true, 1", expect = Expect.ACCEPTABLE, desc = "each has had it")
@Outcome(expect = Expect.FORBIDDEN, desc = "the permit is lost, or doubled")
@State
public class SemaphoreInTurn {
    private static final Duration EVER = Duration.ofSeconds(20);

    private final GreenSemaphore semaphore = GreenSemaphore.bounded(1);

    @Actor
    public void one(ZZI_Result result) {
        result.r1 = borrows();
    }

    @Actor
    public void other(ZZI_Result result) {
        result.r2 = borrows();
    }

    private boolean borrows() {
        if (!semaphore.acquire(EVER)) {
            return false;
        }
        semaphore.release();
        return true;
    }

    @Arbiter
    public void later(ZZI_Result result) {
        result.r3 = semaphore.available();
    }
}
