// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import com.softwaremill.jox.Channel;

import io.eventlet.queue.GreenQueue;

import java.util.concurrent.BlockingQueue;

/// What one thread puts into and another gets from, by whoever it was made.
///
/// A forked JVM sees one implementation, so the call costs nothing.
interface Line {
    void put(int item) throws InterruptedException;

    Integer get() throws InterruptedException;

    static Line of(GreenQueue<Integer> queue) {
        return new Line() {
            @Override
            public void put(int item) {
                queue.put(item);
            }

            @Override
            public Integer get() {
                return queue.get();
            }
        };
    }

    static Line of(BlockingQueue<Integer> queue) {
        return new Line() {
            @Override
            public void put(int item) throws InterruptedException {
                queue.put(item);
            }

            @Override
            public Integer get() throws InterruptedException {
                return queue.take();
            }
        };
    }

    static Line of(Channel<Integer> channel) {
        return new Line() {
            @Override
            public void put(int item) throws InterruptedException {
                channel.send(item);
            }

            @Override
            public Integer get() throws InterruptedException {
                return channel.receive();
            }
        };
    }
}
