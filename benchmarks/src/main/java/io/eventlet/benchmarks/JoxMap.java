// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import com.softwaremill.jox.Channel;
import com.softwaremill.jox.ChannelDone;

import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.function.IntConsumer;

/// An ordered concurrent map over jox's channels, for places where only its `channels` can be had.
///
/// The shape is that of jox's `Flow.mapPar`: a virtual thread for each item, a semaphore that
/// limits them, a channel of those in progress in the order of the input and a channel of results,
/// two threads that feed them. It lacks the scopes and the handling of errors, so jox itself cannot
/// be cheaper than this.
final class JoxMap {

    private final int concurrency;

    JoxMap(int concurrency) {
        this.concurrency = concurrency;
    }

    /// Blocks until the consumer has had all results; the consumer runs on the calling thread.
    void map(List<Integer> input, Work work, IntConsumer consumer) throws InterruptedException {
        Channel<FutureTask<Integer>> inProgress = Channel.newBufferedChannel(concurrency);
        Channel<Integer> results = Channel.newBufferedChannel(concurrency);
        Inside.start(() -> start(input, work, inProgress));
        Inside.start(() -> collect(inProgress, results));
        while (true) {
            Object result = results.receiveOrClosed();
            if (result instanceof ChannelDone) {
                return;
            }
            consumer.accept((Integer) result);
        }
    }

    private void start(List<Integer> input, Work work, Channel<FutureTask<Integer>> inProgress)
            throws InterruptedException {
        var permits = new Semaphore(concurrency);
        for (int item : input) {
            permits.acquire();
            var mapping =
                    new FutureTask<>(() -> {
                        int result = work.apply(item);
                        permits.release();
                        return result;
                    });
            Thread.startVirtualThread(mapping);
            inProgress.send(mapping);
        }
        inProgress.done();
    }

    private static void collect(Channel<FutureTask<Integer>> inProgress, Channel<Integer> results)
            throws Exception {
        while (inProgress.receiveOrClosed() instanceof FutureTask<?> mapping) {
            results.send((Integer) mapping.get());
        }
        results.done();
    }
}
