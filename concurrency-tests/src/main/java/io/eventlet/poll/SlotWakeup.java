// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.wait.Waits;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

import java.util.concurrent.TimeUnit;

/// A socket that gets ready while its reader is about to park.
@JCStressTest
@Outcome(id = "UNPARKED", expect = Expect.ACCEPTABLE, desc = "the reader goes on")
@Outcome(id = "EXPIRED", expect = Expect.FORBIDDEN, desc = "the reader sleeps for ever")
@State
public class SlotWakeup {
    private static final long EVER = TimeUnit.SECONDS.toNanos(20);

    private final Slot slot = new Slot();

    @Actor
    public void reader(L_Result result) {
        result.r1 = slot.await(Waits.PARKING, this, Waits.deadlineAfter(EVER));
    }

    @Actor
    public void poller() {
        slot.ready();
    }
}
