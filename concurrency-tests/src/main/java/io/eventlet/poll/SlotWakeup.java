// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;

/// A socket that gets ready while its reader is about to park, for as long as it takes.
@JCStressTest(Mode.Termination)
@Outcome(id = "TERMINATED", expect = Expect.ACCEPTABLE, desc = "the reader goes on")
@Outcome(id = "STALE", expect = Expect.FORBIDDEN, desc = "the reader sleeps for ever")
@State
public class SlotWakeup {
    private final Slot slot = new Slot();

    @Actor
    public void reader() {
        Parking.Outcome outcome;
        do {
            outcome = slot.await(io.eventlet.hub.Waits.PARKING, this, Endpoint.NEVER);
        } while (outcome != Parking.Outcome.UNPARKED);
    }

    @Signal
    public void poller() {
        slot.ready();
    }
}
