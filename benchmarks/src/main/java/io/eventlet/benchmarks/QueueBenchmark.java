// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import com.softwaremill.jox.Channel;

import io.eventlet.Eventlet;
import io.eventlet.queue.GreenQueue;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

/// One producer, one consumer, a queue between them; capacity 0 is a rendezvous.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(QueueBenchmark.MESSAGES)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class QueueBenchmark {

    static final int MESSAGES = 20_000;

    @Param({"0", "16"})
    public int capacity;

    @Benchmark
    @Fork(
            value = 2,
            jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
    public void eventlet(Blackhole sink) {
        Inside.hub(() -> {
            GreenQueue<Integer> queue =
                    capacity == 0 ? GreenQueue.rendezvous() : GreenQueue.bounded(capacity);
            Eventlet.spawnN(() -> {
                for (int i = 0; i < MESSAGES; i++) {
                    queue.put(i);
                }
            });
            for (int i = 0; i < MESSAGES; i++) {
                sink.consume(queue.get());
            }
        });
    }

    /// The JDK's queue of the same kind: `SynchronousQueue` or `ArrayBlockingQueue`.
    @Benchmark
    @Fork(2)
    public void jdk(Blackhole sink) throws Exception {
        Inside.virtualThread(() -> passThrough(newBlockingQueue(), sink));
    }

    @Benchmark
    @Fork(
            value = 2,
            jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
    public void jdkOneCarrier(Blackhole sink) throws Exception {
        Inside.virtualThread(() -> passThrough(newBlockingQueue(), sink));
    }

    /// The JDK's queue between two green threads of one hub.
    @Benchmark
    @Fork(
            value = 2,
            jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
    public void jdkQueueInHub(Blackhole sink) {
        Inside.hub(() -> {
            var queue = newBlockingQueue();
            Eventlet.spawnN(() -> produce(queue));
            for (int i = 0; i < MESSAGES; i++) {
                sink.consume(queue.take());
            }
        });
    }

    @Benchmark
    @Fork(2)
    public void jdkLinked(Blackhole sink) throws Exception {
        Inside.virtualThread(
                () -> passThrough(new LinkedBlockingQueue<>(Math.max(capacity, 1)), sink));
    }

    @Benchmark
    @Fork(2)
    public void jox(Blackhole sink) throws Exception {
        Inside.virtualThread(() -> passThroughChannel(sink));
    }

    @Benchmark
    @Fork(
            value = 2,
            jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
    public void joxOneCarrier(Blackhole sink) throws Exception {
        Inside.virtualThread(() -> passThroughChannel(sink));
    }

    private BlockingQueue<Integer> newBlockingQueue() {
        return capacity == 0 ? new SynchronousQueue<>() : new ArrayBlockingQueue<>(capacity);
    }

    private static void passThrough(BlockingQueue<Integer> queue, Blackhole sink)
            throws InterruptedException {
        var producer = Inside.start(() -> produce(queue));
        for (int i = 0; i < MESSAGES; i++) {
            sink.consume(queue.take());
        }
        producer.join();
    }

    private static void produce(BlockingQueue<Integer> queue) throws InterruptedException {
        for (int i = 0; i < MESSAGES; i++) {
            queue.put(i);
        }
    }

    private void passThroughChannel(Blackhole sink) throws InterruptedException {
        Channel<Integer> channel =
                capacity == 0
                        ? Channel.newRendezvousChannel()
                        : Channel.newBufferedChannel(capacity);
        var producer =
                Inside.start(() -> {
                    for (int i = 0; i < MESSAGES; i++) {
                        channel.send(i);
                    }
                });
        for (int i = 0; i < MESSAGES; i++) {
            sink.consume(channel.receive());
        }
        producer.join();
    }
}
