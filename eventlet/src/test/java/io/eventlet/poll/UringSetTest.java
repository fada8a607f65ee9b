// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;

@ExtendWith(NoLeaks.class)
class UringSetTest extends DescriptorSetSpecification {
    @Override
    DescriptorSet openSet() throws IOException {
        return UringSet.open();
    }

    /// The kernel keeps completions for which there is no room, and ends requests to watch.
    @Test
    void moreEventsThanTheRingHoldsAreToldAll() throws IOException {
        set.close();
        set = UringSet.open(new UringWork.Shape(4, 8, 0, true));
        for (long i = 1; i <= 200; i++) {
            added(i << 32);
        }
        var told = new HashMap<Long, Told>();

        while (told.size() < 200) {
            told.putAll(await(-1));
        }
    }

    @Test
    void anEdgeAfterAnOverflowIsTold() throws IOException {
        set.close();
        set = UringSet.open(new UringWork.Shape(4, 8, 0, true));
        var all = new ArrayList<Ends>();
        for (long i = 1; i <= 50; i++) {
            all.add(added(i << 32));
        }
        var told = new HashMap<Long, Told>();
        while (told.size() < 50) {
            told.putAll(await(-1));
        }
        told.clear();

        all.forEach(each -> send(each.peers(), 1));

        while (told.values().stream().filter(Told::readable).count() < 50) {
            told.putAll(await(-1));
        }
    }

    /// A request ends with the thread that made it, as after another took the loop over.
    @Test
    void whatAnotherThreadHasWatchedIsWatchedByTheNext() throws Exception {
        var ends = added(TOKEN);
        var first = Thread.ofPlatform().start(() -> await(MOMENT));
        first.join();

        send(ends.peers(), 1);

        awaitReadable(TOKEN);
    }
}
