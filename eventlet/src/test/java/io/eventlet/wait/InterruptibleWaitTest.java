// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventually;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Exchanger;
import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import java.util.stream.Stream;

/// Each wait of the JDK, in both kinds of thread, and what an interrupt really does to it. Those
/// that end are interrupted here; those that do not are known by what their threads do then.
@Timeout(60)
class InterruptibleWaitTest {
    interface Wait {
        void begin() throws Exception;
    }

    private static final class Held {
        final ReentrantLock lock = new ReentrantLock();
        final ReentrantReadWriteLock readWrite = new ReentrantReadWriteLock();
        final StampedLock stamped = new StampedLock();

        Held() { // and never let go
            var holder =
                    Thread.ofPlatform()
                            .daemon()
                            .start(() -> {
                                lock.lock();
                                readWrite.writeLock().lock();
                                long ignored = stamped.writeLock();
                            });
            Eventually.until(() -> !holder.isAlive());
        }
    }

    static Stream<Arguments> interruptible() {
        var held = new Held();
        return bothKinds(
                List.of(
                        wait("lockInterruptibly", held.lock::lockInterruptibly),
                        wait("tryLock", () -> held.lock.tryLock(1, TimeUnit.DAYS)),
                        wait("Condition.await", InterruptibleWaitTest::awaitCondition),
                        wait("writeLockInterruptibly", held.stamped::writeLockInterruptibly),
                        wait("tryReadLock", () -> held.stamped.tryReadLock(1, TimeUnit.DAYS)),
                        wait(
                                "readLock.lockInterruptibly",
                                held.readWrite.readLock()::lockInterruptibly),
                        wait("LinkedBlockingQueue.take", () -> new LinkedBlockingQueue<>().take()),
                        wait(
                                "ArrayBlockingQueue.poll",
                                () -> new ArrayBlockingQueue<>(1).poll(1, TimeUnit.DAYS)),
                        wait("SynchronousQueue.put", () -> new SynchronousQueue<>().put(1)),
                        wait(
                                "LinkedTransferQueue.transfer",
                                () -> new LinkedTransferQueue<>().transfer(1)),
                        wait("CompletableFuture.get", () -> new CompletableFuture<>().get()),
                        wait(
                                "CompletableFuture.get for a time",
                                () -> new CompletableFuture<>().get(1, TimeUnit.DAYS)),
                        wait("FutureTask.get", () -> new FutureTask<>(() -> 1).get()),
                        wait("ForkJoinTask.get", () -> ForkJoinTask.adapt(() -> {}).get()),
                        wait("CountDownLatch.await", () -> new CountDownLatch(1).await()),
                        wait("Semaphore.acquire", () -> new Semaphore(0).acquire()),
                        wait("CyclicBarrier.await", () -> new CyclicBarrier(2).await()),
                        wait(
                                "Phaser.awaitAdvanceInterruptibly",
                                () -> new Phaser(1).awaitAdvanceInterruptibly(0)),
                        wait("Exchanger.exchange", () -> new Exchanger<>().exchange(1)),
                        wait(
                                "Thread.join",
                                () -> Thread.ofVirtual().start(LockSupport::park).join()),
                        wait("Object.wait", InterruptibleWaitTest::waitForNotification),
                        wait("Thread.sleep", () -> Thread.sleep(Duration.ofDays(1))),
                        wait("ServerSocketChannel.accept", InterruptibleWaitTest::accept),
                        wait("DatagramChannel.receive", InterruptibleWaitTest::receive),
                        wait("Pipe.read", InterruptibleWaitTest::readPipe),
                        wait("Selector.select", () -> Selector.open().select())));
    }

    static Stream<Arguments> uninterruptible() {
        var held = new Held();
        return bothKinds(
                List.of(
                        wait("lock", held.lock::lock),
                        wait("readLock.lock", held.readWrite.readLock()::lock),
                        wait("StampedLock.writeLock", held.stamped::writeLock),
                        wait("StampedLock.readLock", held.stamped::readLock),
                        wait(
                                "Condition.awaitUninterruptibly",
                                InterruptibleWaitTest::awaitUninterruptibly),
                        wait(
                                "acquireUninterruptibly",
                                () -> new Semaphore(0).acquireUninterruptibly()),
                        wait("CompletableFuture.join", () -> new CompletableFuture<>().join()),
                        wait("ForkJoinTask.join", () -> ForkJoinTask.adapt(() -> {}).join()),
                        wait("ForkJoinPool.invoke", () -> busyPool().invoke(parked())),
                        wait("SubmissionPublisher.submit", InterruptibleWaitTest::submit),
                        wait("Phaser.awaitAdvance", () -> new Phaser(1).awaitAdvance(0))));
    }

    private static Named<Wait> wait(String name, Wait body) {
        return Named.of(name, body);
    }

    private static Stream<Arguments> bothKinds(List<Named<Wait>> waits) {
        return waits.stream()
                .flatMap(wait -> Stream.of(Arguments.of(wait, true), Arguments.of(wait, false)));
    }

    private static ForkJoinTask<?> parked() {
        return ForkJoinTask.adapt(() -> parkForEver());
    }

    private static void parkForEver() {
        while (true) {
            LockSupport.park();
        }
    }

    private static ForkJoinPool busyPool() {
        var pool = new ForkJoinPool(1);
        var ignored = pool.submit(parked());
        return pool;
    }

    private static void submit() {
        var publisher = new SubmissionPublisher<String>(Runnable::run, 1);
        publisher.subscribe(
                new Flow.Subscriber<>() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {}

                    @Override
                    public void onNext(String item) {}

                    @Override
                    public void onError(Throwable error) {}

                    @Override
                    public void onComplete() {}
                });
        while (true) {
            int ignored = publisher.submit("asked for by nobody");
        }
    }

    /// The JDK spins there when the flag is set.
    @Test
    void isNoneForSomebodyWhoWaitsUntilAPoolIsQuiet() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        try (var pool = new ForkJoinPool(1)) {
            var ignored =
                    pool.submit(() -> {
                        begun.countDown();
                        release.await();
                        return "released";
                    });
            begun.await(); // else who waits for the pool may run it
            var thread = start(() -> pool.awaitQuiescence(1, TimeUnit.DAYS), true);
            Eventually.until(() -> thread.getState() == Thread.State.TIMED_WAITING);

            assertThat(InterruptibleWait.isIn(thread)).isFalse();
            release.countDown();
        }
    }

    private static void awaitCondition() throws InterruptedException {
        var lock = new ReentrantLock();
        lock.lock();
        var condition = lock.newCondition();
        while (true) {
            condition.await();
        }
    }

    private static void awaitUninterruptibly() {
        var lock = new ReentrantLock();
        lock.lock();
        var condition = lock.newCondition();
        while (true) {
            condition.awaitUninterruptibly();
        }
    }

    private static void waitForNotification() throws InterruptedException {
        var monitor = new Object();
        synchronized (monitor) {
            while (true) {
                monitor.wait();
            }
        }
    }

    private static void accept() throws Exception {
        try (var listener = ServerSocketChannel.open().bind(loopback())) {
            listener.accept();
        }
    }

    private static void receive() throws Exception {
        try (var channel = DatagramChannel.open().bind(loopback())) {
            channel.receive(ByteBuffer.allocate(1));
        }
    }

    private static void readPipe() throws Exception {
        try (var source = Pipe.open().source()) {
            source.read(ByteBuffer.allocate(1));
        }
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static Thread start(Wait wait, boolean virtual) {
        Runnable body =
                () -> {
                    try {
                        wait.begin();
                    } catch (Exception e) { // how it ends
                        Thread.currentThread().interrupt();
                    }
                };
        return virtual ? Thread.ofVirtual().start(body) : Thread.ofPlatform().daemon().start(body);
    }

    @ParameterizedTest
    @MethodSource("interruptible")
    void isOneThatAnInterruptEnds(Wait wait, boolean virtual) {
        var thread = start(wait, virtual);
        Eventually.until(() -> InterruptibleWait.isIn(thread));

        thread.interrupt();

        Eventually.until(() -> !thread.isAlive());
        assertThat(thread.isAlive()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("uninterruptible")
    void isNoneThatTakesNoNoticeOfAnInterrupt(Wait wait, boolean virtual) {
        var thread = start(wait, virtual);
        Eventually.until(() -> waitsOn(thread));

        thread.interrupt();

        Eventually.until(() -> waitsOn(thread)); // a wait of a class loader may come first
        assertThat(thread.isAlive()).isTrue();
    }

    private static boolean waitsOn(Thread thread) {
        return thread.getState() == Thread.State.WAITING && !InterruptibleWait.isIn(thread);
    }

    @Test
    void isNoneForSomebodyWhoComputes() {
        var thread = start(InterruptibleWaitTest::compute, false);

        assertThat(InterruptibleWait.isIn(thread)).isFalse();
        thread.interrupt();
    }

    private static void compute() {
        while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
    }

    /// A monitor is got when its owner leaves it, whatever happens.
    @Test
    void isNoneForSomebodyWhoWaitsForAMonitor() {
        var monitor = new Object();
        synchronized (monitor) {
            var thread =
                    start(
                            () -> {
                                synchronized (monitor) {
                                    Thread.onSpinWait();
                                }
                            },
                            false);
            Eventually.until(() -> thread.getState() == Thread.State.BLOCKED);

            assertThat(InterruptibleWait.isIn(thread)).isFalse();
        }
    }

    /// The JDK's sockets on platform threads read on whatever happens.
    @Test
    void isNoneForAPlatformThreadThatReadsASocketOfTheJdk() throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var thread = start(listener::accept, false);
            Eventually.until(() -> isInAccept(thread));

            assertThat(InterruptibleWait.isIn(thread)).isFalse();
        }
    }

    private static boolean isInAccept(Thread thread) {
        var stack = thread.getStackTrace();
        return stack.length > 0 && stack[0].getMethodName().equals("accept");
    }
}
