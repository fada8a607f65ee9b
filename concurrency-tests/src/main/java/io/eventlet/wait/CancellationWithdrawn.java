// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import io.eventlet.errors.Cancelled;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/// A timeout that is taken back while it fires: whichever comes first, the thread that has taken it
/// back is not interrupted, then or later, and nothing waits for its next wait.
@JCStressTest
@Outcome(id = "true, false, false", expect = Expect.ACCEPTABLE, desc = "too late to fire")
@Outcome(id = "true, true, false", expect = Expect.ACCEPTABLE, desc = "fired and taken back")
@Outcome(expect = Expect.FORBIDDEN, desc = "something of it is left")
@State
public class CancellationWithdrawn {
    private final ActorStrand strand = new ActorStrand();
    private final Cancellation cancellation =
            new Cancellation(strand, () -> new Cancelled("fired"));
    private boolean interrupted; // by the thread's own actor

    @Actor
    public void thread(ZZZ_Result result) {
        strand.begin();
        result.r1 = cancellation.withdraw();
        interrupted = Thread.interrupted();
    }

    @Actor
    public void timer(ZZZ_Result result) {
        result.r2 = cancellation.fire();
    }

    @Arbiter
    public void later(ZZZ_Result result) {
        result.r3 = interrupted || strand.isCancelled();
    }
}
