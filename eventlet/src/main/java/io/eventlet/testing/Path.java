// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import io.eventlet.wait.Waits;

import java.net.InetAddress;

/// The way from one address of a network to another.
final class Path {
    /// A time of arrival that has always passed.
    static final long AT_ONCE = Long.MIN_VALUE;

    /// A time of arrival that is not known yet.
    static final long HELD = Waits.NEVER;

    private final Topology topology;
    private final InetAddress from;
    private final InetAddress to;
    private long busyUntil = AT_ONCE; // guarded by this

    Path(Topology topology, InetAddress from, InetAddress to) {
        this.topology = topology;
        this.from = from;
        this.to = to;
    }

    /// The later of two times.
    static long later(long one, long other) {
        if (one == AT_ONCE || other == HELD) {
            return other;
        }
        return other == AT_ONCE || one == HELD || one - other > 0 ? one : other;
    }

    /// The earlier of two times.
    static long earlier(long one, long other) {
        return later(one, other) == one ? other : one;
    }

    Link link() {
        return topology.linkBetween(from, to);
    }

    boolean isCut() {
        return topology.isCut(from, to);
    }

    /// When something is there that leaves at a time, without waiting for what has left before.
    long arrival(int bytes, long leaving) {
        if (leaving == HELD || isCut()) {
            return HELD;
        }
        var link = link();
        long nanos = link.drawTravelNanos() + link.occupationNanos(bytes);
        return nanos == 0 ? leaving : later(leaving, topology.now()) + nanos;
    }

    /// When something that leaves now, after what has left before, is there.
    long arrival(int bytes) {
        if (isCut()) {
            return HELD;
        }
        var link = link();
        long travel = link.drawTravelNanos();
        long occupation = link.occupationNanos(bytes);
        if (travel == 0 && occupation == 0) {
            return AT_ONCE;
        }
        return occupy(occupation) + travel;
    }

    /// When the path has carried it, and is free again.
    private synchronized long occupy(long nanos) {
        long begin = later(busyUntil, topology.now());
        if (nanos > 0) {
            busyUntil = begin + nanos;
        }
        return nanos > 0 ? busyUntil : topology.now();
    }

    @Override
    public String toString() {
        return from + " to " + to;
    }
}
