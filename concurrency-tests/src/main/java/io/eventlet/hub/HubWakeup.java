// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/// A task that is sent while the hub goes to sleep.
@JCStressTest
@Outcome(id = "false, false", expect = Expect.ACCEPTABLE, desc = "the hub sees the task")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "both see each other")
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "it sleeps and is woken")
@Outcome(id = "true, false", expect = Expect.FORBIDDEN, desc = "it sleeps, the task is lost")
@State
public class HubWakeup {
    private final Inbox inbox = new Inbox();

    @Actor
    public void hub(ZZ_Result result) {
        result.r1 = inbox.sleep();
    }

    @Actor
    public void sender(ZZ_Result result) {
        inbox.push(() -> {});
        result.r2 = inbox.wake();
    }
}
