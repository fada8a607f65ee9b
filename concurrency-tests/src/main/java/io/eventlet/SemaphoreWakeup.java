// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

import java.time.Duration;

/// A permit that is given back while somebody is about to stand in line for it.
@JCStressTest
@Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "who waits has got it")
@Outcome(expect = Expect.FORBIDDEN, desc = "the permit is lost, or doubled")
@State
public class SemaphoreWakeup {
    private static final Duration EVER = Duration.ofSeconds(20);

    private final GreenSemaphore semaphore = new GreenSemaphore(0);

    @Actor
    public void taker(ZI_Result result) {
        result.r1 = semaphore.acquire(EVER);
    }

    @Actor
    public void giver() {
        semaphore.release();
    }

    @Arbiter
    public void later(ZI_Result result) {
        result.r2 = semaphore.available();
    }
}
