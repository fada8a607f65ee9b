// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/// Two tasks that are sent one after the other while the hub empties its inbox.
@JCStressTest
@Outcome(id = "12, 0, 12", expect = Expect.ACCEPTABLE, desc = "both at once")
@Outcome(id = "1, 2, 12", expect = Expect.ACCEPTABLE, desc = "one now, one later")
@Outcome(id = "0, 12, 12", expect = Expect.ACCEPTABLE, desc = "both later")
@Outcome(expect = Expect.FORBIDDEN, desc = "one is lost, doubled, or out of order")
@State
public class InboxHandOver {
    private final Inbox inbox = new Inbox();
    private int run;

    @Actor
    public void sender() {
        inbox.push(() -> run = run * 10 + 1);
        inbox.push(() -> run = run * 10 + 2);
    }

    @Actor
    public void hub(III_Result result) {
        inbox.drain(Runnable::run);
        result.r1 = run;
    }

    @Arbiter
    public void later(III_Result result) {
        run = 0;
        inbox.drain(Runnable::run);
        result.r2 = run;
        result.r3 = result.r1 * (run > 9 ? 100 : run > 0 ? 10 : 1) + run;
    }
}
