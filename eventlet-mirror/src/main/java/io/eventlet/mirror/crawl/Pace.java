// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.mirror.manners.Allowance;
import io.eventlet.mirror.manners.ByteBudget;
import io.eventlet.mirror.manners.ByteRate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/// How fast a run may be. It goes by the clock of the hub on which it is made.
final class Pace {
    private final Duration shortest;
    private final Duration longest;
    private final List<Allowance> shared = new ArrayList<>(2); // what makes others wait is last
    private final long perHost; // 0 for any
    private final Map<String, ByteRate> hosts = new ConcurrentHashMap<>(); // those in use

    Pace(MirrorBuilder options) {
        shortest = options.shortestDelay;
        longest = options.longestDelay;
        perHost = options.ratePerHost;
        if (options.mostBytes < Long.MAX_VALUE) {
            shared.add(new ByteBudget(options.mostBytes));
        }
        if (options.rate > 0) {
            shared.add(new ByteRate(options.rate));
        }
    }

    /// How long a host is left alone after a request began.
    Duration delay() {
        long most = longest.minus(shortest).toNanos();
        return most == 0
                ? shortest
                : shortest.plusNanos(ThreadLocalRandom.current().nextLong(most + 1));
    }

    /// What bodies of a host are read by; none if that is all the same.
    List<Allowance> of(String host) {
        if (perHost == 0) {
            return shared;
        }
        List<Allowance> allowances = new ArrayList<>(shared.size() + 1);
        allowances.add(hosts.computeIfAbsent(host, _ -> new ByteRate(perHost)));
        allowances.addAll(shared);
        return allowances;
    }

    /// Nothing comes from a host now.
    void forget(String host) {
        hosts.remove(host);
    }
}
