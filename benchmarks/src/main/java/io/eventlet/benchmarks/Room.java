// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import com.softwaremill.jox.Channel;

import io.eventlet.queue.GreenQueue;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;

/// How many items a queue holds.
public enum Room {
    RENDEZVOUS(0),
    BOUNDED_1(1),
    BOUNDED_100(100),
    UNBOUNDED(Integer.MAX_VALUE);

    final int items;

    Room(int items) {
        this.items = items;
    }

    GreenQueue<Integer> eventlet() {
        return GreenQueue.bounded(items);
    }

    BlockingQueue<Integer> jdk() {
        return switch (this) {
            case RENDEZVOUS -> new SynchronousQueue<>();
            case UNBOUNDED -> new LinkedBlockingQueue<>();
            default -> new ArrayBlockingQueue<>(items);
        };
    }

    Channel<Integer> jox() {
        return switch (this) {
            case RENDEZVOUS -> Channel.newRendezvousChannel();
            case UNBOUNDED -> Channel.newUnlimitedChannel();
            default -> Channel.newBufferedChannel(items);
        };
    }
}
