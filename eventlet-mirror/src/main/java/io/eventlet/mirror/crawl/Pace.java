// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.mirror.manners.Allowance;
import io.eventlet.mirror.manners.ByteBudget;
import io.eventlet.mirror.manners.ByteRate;
import io.eventlet.mirror.robots.RobotRules;

import org.jspecify.annotations.Nullable;

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
    private final Duration longestAsked;
    private final List<Allowance> shared = new ArrayList<>(2); // what makes others wait is last
    private final long perHost; // 0 for any
    private final Map<String, ByteRate> hosts = new ConcurrentHashMap<>(); // those in use

    Pace(Options options) {
        shortest = options.shortestDelay;
        longest = options.longestDelay;
        longestAsked = options.retries.longest();
        perHost = options.ratePerHost;
        if (options.mostBytes < Long.MAX_VALUE) {
            shared.add(new ByteBudget(options.mostBytes));
        }
        if (options.rate > 0) {
            shared.add(new ByteRate(options.rate));
        }
    }

    /// How long a host is left alone after a request began.
    ///
    /// @param rules its own; null if they are not known, or nobody's business
    Duration delay(@Nullable RobotRules rules) {
        var own = drawn();
        var asked = rules == null ? Duration.ZERO : asked(rules);
        return own.compareTo(asked) > 0 ? own : asked;
    }

    /// How long a host wants between two requests, up to the longest pause.
    Duration asked(RobotRules rules) {
        return rules.delay().compareTo(longestAsked) < 0 ? rules.delay() : longestAsked;
    }

    private Duration drawn() {
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
