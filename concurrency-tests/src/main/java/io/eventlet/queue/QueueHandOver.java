// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

import java.time.Duration;

/// Three items through a queue that has room for one: who puts is about to wait for room, who gets
/// for an item.
@JCStressTest
@Outcome(id = "true, 123", expect = Expect.ACCEPTABLE, desc = "all have come, in order")
@Outcome(expect = Expect.FORBIDDEN, desc = "one is lost or doubled, or somebody sleeps for ever")
@State
public class QueueHandOver {
    private static final Duration EVER = Duration.ofSeconds(20);

    private final GreenQueue<Integer> queue = GreenQueue.bounded(1);

    @Actor
    public void putter(ZI_Result result) {
        try {
            for (int item = 1; item <= 3; item++) {
                queue.put(item, EVER);
            }
            result.r1 = true;
        } catch (QueueFull e) {
            result.r1 = false;
        }
    }

    @Actor
    public void getter(ZI_Result result) {
        try {
            for (int i = 0; i < 3; i++) {
                result.r2 = result.r2 * 10 + queue.get(EVER);
            }
        } catch (QueueEmpty e) {
            result.r2 = -1;
        }
    }
}
