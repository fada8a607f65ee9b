// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

import java.time.Duration;

/// An event that is sent while somebody is about to stand in line for it.
@JCStressTest
@Outcome(id = "news", expect = Expect.ACCEPTABLE, desc = "who waits has got the news")
@Outcome(expect = Expect.FORBIDDEN, desc = "the news is lost")
@State
public class EventWakeup {
    private static final Duration EVER = Duration.ofSeconds(20);

    private final Event<String> event = new Event<>();

    @Actor
    public void reader(L_Result result) {
        try {
            result.r1 = event.await(EVER);
        } catch (LimitExpired e) {
            result.r1 = "nothing";
        }
    }

    @Actor
    public void sender() {
        event.send("news");
    }
}
