// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/// One event for both sides of a socket, while its reader waits: each side gets the news once.
@JCStressTest
@Outcome(id = "UNPARKED, UNPARKED", expect = Expect.ACCEPTABLE, desc = "each side has got it")
@Outcome(expect = Expect.FORBIDDEN, desc = "one side's news is lost")
@State
public class SlotOfEachSide {
    private final Parking parking = new NoParking();
    private final Slot reading = new Slot();
    private final Slot writing = new Slot();

    @Actor
    public void reader(LL_Result result) {
        while (result.r1 != Parking.Outcome.UNPARKED) {
            result.r1 = reading.await(parking, this, 0);
        }
    }

    @Actor
    public void poller() {
        reading.ready();
        writing.ready();
    }

    @Arbiter
    public void writer(LL_Result result) {
        result.r2 = writing.await(parking, this, 0);
    }
}
