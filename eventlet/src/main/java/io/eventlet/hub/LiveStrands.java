// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// The green threads of a hub that have begun and not ended, as a list through the strands
/// themselves. Confined to the hub.
final class LiveStrands {
    private @Nullable HubStrand first;
    private final Tally count = new Tally();

    /// How many there are. Callable from every thread.
    long count() {
        return count.get();
    }

    /// Puts a strand in, unless it has been taken out before.
    void add(HubStrand strand) {
        if (strand.membership == HubStrand.LEFT) {
            return;
        }
        strand.membership = HubStrand.LIVE;
        strand.next = first;
        if (first != null) {
            first.previous = strand;
        }
        first = strand;
        count.add(1);
    }

    /// Takes a strand out, or keeps it from being put in later.
    void remove(HubStrand strand) {
        boolean live = strand.membership == HubStrand.LIVE;
        strand.membership = HubStrand.LEFT;
        if (!live) {
            return;
        }
        if (strand.previous == null) {
            first = strand.next;
        } else {
            strand.previous.next = strand.next;
        }
        if (strand.next != null) {
            strand.next.previous = strand.previous;
        }
        strand.previous = null;
        strand.next = null;
        count.add(-1);
    }

    /// Also for another thread, while the hub does not answer: a link leads to a strand that came
    /// earlier, so there is an end, but what comes or goes meanwhile may be missing.
    List<HubStrand> toList() {
        var all = new ArrayList<HubStrand>();
        for (var strand = first; strand != null; strand = strand.next) {
            all.add(strand);
        }
        return all;
    }
}
