// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/// A socket that gets ready while the deadline of its reader passes: the readiness is there for
/// this wait or for the next one.
@JCStressTest
@Outcome(id = "UNPARKED, EXPIRED", expect = Expect.ACCEPTABLE, desc = "this wait has got it")
@Outcome(id = "EXPIRED, UNPARKED", expect = Expect.ACCEPTABLE, desc = "the next one gets it")
@Outcome(id = "EXPIRED, EXPIRED", expect = Expect.FORBIDDEN, desc = "the readiness is lost")
@Outcome(id = "UNPARKED, UNPARKED", expect = Expect.FORBIDDEN, desc = "the readiness is doubled")
@State
public class SlotOnExpiry {
    private final Parking parking = new NoParking();
    private final Slot slot = new Slot();

    @Actor
    public void reader(LL_Result result) {
        result.r1 = slot.await(parking, this, 0);
    }

    @Actor
    public void poller() {
        slot.ready();
    }

    @Arbiter
    public void later(LL_Result result) {
        result.r2 = slot.await(parking, this, 0);
    }
}
