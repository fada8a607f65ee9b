// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// What happens to connections between two hosts of a [MemoryNetwork], or between all.
///
/// ```java
/// network.between(client, server)
///         .latency(Duration.ofMillis(30))
///         .jitter(Duration.ofMillis(10))
///         .resetRandomly(0.01);
/// ```
///
/// Rules hold in both directions, and for what is sent from now on. What is random is drawn from
/// the seed of the [Simulation]. Bytes of a connection stay in their order. Thread-safe.
public final class Link {
    private final Topology topology;
    private volatile long latencyNanos;
    private volatile long jitterNanos;
    private volatile long bytesPerSecond; // 0 for no limit
    private volatile double resets;
    private volatile double refusals;
    private volatile boolean inPieces;

    Link(Topology topology) {
        this.topology = topology;
    }

    /// How long bytes are on their way, and a connect, which is there and back. Default: no time.
    public Link latency(Duration time) {
        latencyNanos = nanos(time);
        return this;
    }

    /// How much longer they may be on their way: a time drawn for each write, at most this.
    public Link jitter(Duration most) {
        jitterNanos = nanos(most);
        return this;
    }

    /// How many bytes a second pass from one address to another, of all connections together: in
    /// each direction between two hosts, and in both together where code on no host connects to
    /// itself. Of [MemoryNetwork#everywhere()] it is so many for each pair. Default: no limit.
    public Link bandwidth(long bytesPerSecond) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException(
                    "a bandwidth is 1 byte a second or more: " + bytesPerSecond);
        }
        this.bytesPerSecond = bytesPerSecond;
        return this;
    }

    /// With what probability a write is the last of its connection: it is reset then, and of those
    /// bytes either all arrive before or none. The writer hears of it at its next operation.
    public Link resetRandomly(double probability) {
        resets = ensureProbability(probability);
        return this;
    }

    /// With what probability a connect is refused, though somebody listens.
    public Link refuseRandomly(double probability) {
        refusals = ensureProbability(probability);
        return this;
    }

    /// Has each read find a part of what has arrived, of a drawn size: TCP keeps no borders between
    /// writes.
    public Link inPieces() {
        inPieces = true;
        return this;
    }

    /// Resets the connections that there are: what is under way is lost.
    public void reset() {
        topology.reset(this);
    }

    private static long nanos(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("a time must not be negative: " + time);
        }
        return time.toNanos();
    }

    private static double ensureProbability(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("a probability is from 0 to 1: " + probability);
        }
        return probability;
    }

    // ---- for the network

    /// The time that something needs to get over, drawn.
    long drawTravelNanos() {
        long jitter = jitterNanos;
        return latencyNanos + (jitter == 0 ? 0 : topology.random().nextLong(jitter + 1));
    }

    /// The time that so many bytes occupy the link.
    long occupationNanos(int bytes) {
        long rate = bytesPerSecond;
        return rate == 0 ? 0 : Math.ceilDiv(bytes * TimeUnit.SECONDS.toNanos(1), rate);
    }

    boolean drawsReset() {
        return resets > 0 && topology.random().nextDouble() < resets;
    }

    boolean drawsRefusal() {
        return refusals > 0 && topology.random().nextDouble() < refusals;
    }

    /// How many of the bytes that have arrived a read finds.
    int drawPiece(int arrived) {
        return inPieces && arrived > 1 ? 1 + topology.random().nextInt(arrived) : arrived;
    }
}
