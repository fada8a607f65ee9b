// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import io.eventlet.errors.Cancelled;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;

/// A kill that arrives while the thread throws the cause of another one: both are thrown, one after
/// the other, and the thread, which does not wait, is not interrupted.
@JCStressTest
@Outcome(id = "2, false", expect = Expect.ACCEPTABLE, desc = "both were thrown")
@Outcome(expect = Expect.FORBIDDEN, desc = "one is lost, or an interrupt is left")
@State
public class CancellationDelivered {
    private final ActorStrand strand = new ActorStrand();
    private final Cancellation first = new Cancellation(strand, () -> new Cancelled("first"));
    private final Cancellation second = new Cancellation(strand, () -> new Cancelled("second"));

    @Actor
    public void thread(IZ_Result result) {
        strand.begin();
        boolean ignored = first.fire();
        while (result.r1 < 2) {
            if (strand.isCancelled() && strand.take() != null) {
                result.r1++;
            }
        }
        result.r2 = Thread.interrupted();
    }

    @Actor
    public void killer() {
        boolean ignored = second.fire();
    }
}
