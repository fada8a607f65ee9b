// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/// A task that is sent while the hub looks, and then goes to sleep.
@JCStressTest
@Outcome(id = "true, false, false", expect = Expect.ACCEPTABLE, desc = "seen by looking")
@Outcome(id = "false, false, false", expect = Expect.ACCEPTABLE, desc = "seen before it sleeps")
@Outcome(id = "false, false, true", expect = Expect.ACCEPTABLE, desc = "both see each other")
@Outcome(id = "false, true, true", expect = Expect.ACCEPTABLE, desc = "it sleeps and is woken")
@Outcome(expect = Expect.FORBIDDEN, desc = "it sleeps, the task is lost; or is woken for nothing")
@State
public class HubLooking {
    private static final AwakeHubs HUBS = new AwakeHubs(2, () -> -1);

    private final Inbox inbox = new Inbox();
    private final Lookout lookout = new Lookout(HUBS, System::nanoTime);

    @Actor
    public void hub(ZZZ_Result result) {
        long now = System.nanoTime();
        result.r1 = lookout.look(inbox, now, 0);
        if (!result.r1) {
            result.r2 = inbox.sleep();
        }
    }

    @Actor
    public void sender(ZZZ_Result result) {
        inbox.push(() -> {});
        result.r3 = inbox.wake();
    }
}
