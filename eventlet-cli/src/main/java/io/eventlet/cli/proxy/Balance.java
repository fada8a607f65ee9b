// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.proxy;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// Chooses an upstream: of those that are up the one with the fewest requests, and in turn among
/// equals. If none is up, all are tried: a wrong check must not end the service.
final class Balance {
    private final List<Upstream> upstreams;
    private final AtomicInteger turn = new AtomicInteger();

    Balance(List<Upstream> upstreams) {
        this.upstreams = List.copyOf(upstreams);
    }

    List<Upstream> upstreams() {
        return upstreams;
    }

    /// None of those that were tried; null if there is no other.
    @Nullable Upstream next(Set<Upstream> tried) {
        var up = least(tried, true);
        return up == null ? least(tried, false) : up;
    }

    private @Nullable Upstream least(Set<Upstream> tried, boolean upOnly) {
        Upstream least = null;
        int start = Math.floorMod(turn.getAndIncrement(), upstreams.size());
        for (int i = 0; i < upstreams.size(); i++) {
            var upstream = upstreams.get((start + i) % upstreams.size());
            boolean fits = !tried.contains(upstream) && (!upOnly || upstream.isUp());
            if (fits && (least == null || upstream.active() < least.active())) {
                least = upstream;
            }
        }
        return least;
    }
}
