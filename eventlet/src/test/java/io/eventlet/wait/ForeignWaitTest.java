// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.TimeoutExpired;
import io.eventlet.os.VirtualThreads;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/// Cancellations of threads that are in no wait of ours: nobody is interrupted who does not wait,
/// or whose wait would not end by it.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ForeignWaitTest {
    private static final Duration SOON = Duration.ofMillis(1);

    private final AtomicBoolean go = new AtomicBoolean();

    private void computeUntilTold() {
        while (!go.get()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aThreadThatComputesIsNotInterrupted() {
        var computing = new CountDownLatch(1);
        var flag = new AtomicBoolean();
        var killed =
                Eventlet.spawn(() -> {
                    computing.countDown();
                    computeUntilTold();
                    flag.set(Thread.currentThread().isInterrupted());
                    Eventlet.yield();
                });
        Eventually.until(() -> computing.getCount() == 0);

        killed.kill();
        go.set(true);

        killed.join();
        assertThat(flag).isFalse();
        assertThat(killed.isCancelled()).isTrue();
    }

    @Test
    void aThreadThatHasComputedIsInterruptedInItsNextWaitOfTheJdk() {
        var killed =
                Eventlet.spawn(() -> {
                    computeUntilTold();
                    new CountDownLatch(1).await();
                });
        Eventually.until(killed::isStarted);

        killed.kill();
        go.set(true);

        killed.join();
        assertThat(killed.isCancelled()).isTrue();
    }

    @Test
    void aThreadInAWaitThatTakesNoNoticeIsNotInterrupted() {
        var permits = new Semaphore(0);
        var flag = new AtomicBoolean();
        var killed =
                Eventlet.spawn(() -> {
                    permits.acquireUninterruptibly();
                    flag.set(Thread.currentThread().isInterrupted());
                    Eventlet.yield();
                });
        Eventually.until(permits::hasQueuedThreads);

        killed.kill();
        Eventually.until(() -> hasBeenSeenOutOfReach(killed));
        permits.release();

        killed.join();
        assertThat(flag).isFalse();
        assertThat(killed.isCancelled()).isTrue();
    }

    @Test
    void aThreadThatLeavesSuchAWaitIsInterruptedInItsNextOne() {
        var permits = new Semaphore(0);
        var killed =
                Eventlet.spawn(() -> {
                    permits.acquireUninterruptibly();
                    new CountDownLatch(1).await();
                });
        Eventually.until(permits::hasQueuedThreads);

        killed.kill();
        Eventually.until(() -> hasBeenSeenOutOfReach(killed));
        permits.release();

        killed.join();
        assertThat(killed.isCancelled()).isTrue();
    }

    /// Whether its interrupter has looked at it, and will do so again.
    private static boolean hasBeenSeenOutOfReach(GreenThread<?> thread) {
        var strand = (Strand) thread.thread().getUncaughtExceptionHandler();
        return strand.interrupter().isPausing() && strand.patient;
    }

    @Test
    @Tag("hub-only")
    void aThreadThatLeavesSuchAWaitIsInterruptedBesideManyThatDoNotOnABusyHub() {
        var permits = new Semaphore(0);
        var own = new Semaphore(0);
        var many = new ArrayList<GreenThread<?>>();
        for (int i = 0; i < 400; i++) {
            many.add(Eventlet.spawn(() -> permits.acquireUninterruptibly()));
        }
        var killed =
                Eventlet.spawn(() -> {
                    own.acquireUninterruptibly();
                    new CountDownLatch(1).await();
                });
        Eventually.until(own::hasQueuedThreads);
        var busy = Eventlet.spawn(this::yieldUntilTold);

        many.forEach(GreenThread::kill);
        killed.kill();
        own.release();

        killed.join();
        assertThat(killed.isCancelled()).isTrue();
        go.set(true);
        permits.release(many.size());
        busy.join();
        many.forEach(GreenThread::join);
    }

    private void yieldUntilTold() {
        while (!go.get()) {
            Eventlet.yield();
        }
    }

    /// It waits for the lock, in the same method of the JDK, and will return whatever happens.
    @Test
    @Tag("hub-only")
    void aThreadWhoseConditionHasBeenSignalledIsNotInterrupted() {
        var lock = new ReentrantLock();
        var condition = lock.newCondition();
        var signalled = new AtomicBoolean();
        var flag = new AtomicBoolean();
        var killed =
                Eventlet.spawn(() -> {
                    lock.lock();
                    try {
                        while (!signalled.get()) {
                            condition.await();
                        }
                        flag.set(Thread.currentThread().isInterrupted());
                    } finally {
                        lock.unlock();
                    }
                    Eventlet.yield();
                });
        Eventually.until(() -> InterruptibleWait.isIn(killed.thread()));

        lock.lock();
        try {
            signalled.set(true);
            condition.signal();
            killed.kill();
            assertThat(InterruptibleWait.isIn(killed.thread())).isFalse();
        } finally {
            lock.unlock();
        }

        killed.join();
        assertThat(flag).isFalse();
        assertThat(killed.isCancelled()).isTrue();
    }

    @Test
    void aSharedFileStaysOpenWhateverTimesOut(@TempDir Path folder) throws Exception {
        var file = folder.resolve("log");
        var permits = new Semaphore(0);
        try (var log =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            var timedOut = new CountDownLatch(1);
            var writer =
                    Eventlet.spawn(() ->
                            io.eventlet.Timeout.silent(
                                    SOON,
                                    () -> {
                                        var timeout = Strand.ofCurrentThread();
                                        awaitCancelled(timeout, timedOut);
                                        permits.acquireUninterruptibly();
                                        log.write(ByteBuffer.wrap(new byte[] {'!'}));
                                    }));
            Eventually.until(() -> timedOut.getCount() == 0);
            permits.release();

            writer.join();

            assertThat(log.isOpen()).isTrue();
            assertThat(Files.readString(file)).isEqualTo("!");
        }
    }

    private static void awaitCancelled(Strand own, CountDownLatch then) {
        while (!own.isCancelled()) {
            Thread.yield();
        }
        then.countDown();
    }

    /// What the library in it makes of an interrupt need not name it.
    @Test
    void callThrowsTimeoutExpiredWhateverALibraryMakesOfItsInterrupt() {
        Eventlet.run(() ->
                assertThatThrownBy(() ->
                                io.eventlet.Timeout.call(SOON, ForeignWaitTest::waitAndForgetWhy))
                        .isInstanceOf(TimeoutExpired.class)
                        .satisfies(e ->
                                assertThat(e.getSuppressed())
                                        .singleElement()
                                        .isInstanceOf(IllegalStateException.class)));
    }

    @Test
    void callGivesTheFallbackWhateverALibraryMakesOfItsInterrupt() {
        var result =
                Eventlet.spawn(() ->
                                io.eventlet.Timeout.call(
                                        SOON, ForeignWaitTest::waitAndForgetWhy, "nothing"))
                        .await();

        assertThat(result).isEqualTo("nothing");
    }

    @Test
    void aKilledThreadCountsAsKilledWhateverALibraryMakesOfItsInterrupt() {
        var latch = new CountDownLatch(1);
        var killed =
                Eventlet.spawn(() -> {
                    latch.countDown();
                    return waitAndForgetWhy();
                });
        Eventually.until(() -> InterruptibleWait.isIn(killed.thread()));

        killed.kill();

        assertThatThrownBy(killed::await).cause().isInstanceOf(GreenThreadKilled.class);
    }

    private static String waitAndForgetWhy() {
        try {
            new CountDownLatch(1).await();
            return "something";
        } catch (InterruptedException e) {
            throw new IllegalStateException("the library has been shut down");
        }
    }

    /// A library may set the flag again after an interrupt of ours; it goes with the timeout.
    @Test
    void theFlagThatALibrarySetsAgainGoesWithTheTimeout() {
        Eventlet.run(() -> {
            boolean inTime =
                    io.eventlet.Timeout.silent(SOON, ForeignWaitTest::waitAndSetTheFlagAgain);

            assertThat(inTime).isTrue();
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        });
    }

    private static void waitAndSetTheFlagAgain() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Else it would return with what somebody brings it meanwhile, and its flag set.
    @Test
    @Tag("hub-only")
    void whoIsInterruptedRunsBeforeAnybodyElseOfItsHub() {
        var answer = new CompletableFuture<String>();
        var seen = new AtomicBoolean();
        var killed = Eventlet.spawn(() -> answer.get());
        var watcher =
                Eventlet.spawn(() -> {
                    while (!killed.isDead()) {
                        seen.compareAndSet(false, killed.thread().isInterrupted());
                        Eventlet.yield();
                    }
                });
        Eventually.until(() -> InterruptibleWait.isIn(killed.thread()));

        killed.kill();

        watcher.join();
        assertThat(seen).isFalse();
        assertThat(killed.isCancelled()).isTrue();
    }

    @Test
    void aPlatformThreadIsInterruptedInItsWaitToo() {
        assertThatThrownBy(() ->
                        io.eventlet.Timeout.call(
                                SOON, () -> new CountDownLatch(1).await(1, TimeUnit.DAYS)))
                .isInstanceOf(TimeoutExpired.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    /// As the limit of somebody around it does.
    @Test
    void callThrowsACauseThatIsNotItsOwn() {
        var result =
                Eventlet.spawn(() -> {
                    try (var _ =
                            io.eventlet.Timeout.after(
                                    SOON, () -> new IllegalStateException("outer"))) {
                        return io.eventlet.Timeout.call(
                                SOON, ForeignWaitTest::waitTwice, "fallback");
                    } catch (IllegalStateException e) {
                        return e.getMessage();
                    }
                });

        assertThat(result.await()).isEqualTo("outer");
    }

    private static String waitTwice() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) { // of both
            Eventlet.sleep(Duration.ofDays(1)); // throws the one that came first
        }
        return "nothing";
    }

    /// However many wait where no interrupt helps, others get their turns.
    @Test
    void manyThatTakeNoNoticeDoNotHoldTheirHub() {
        var answer = new CompletableFuture<String>();
        var killed = new ArrayList<GreenThread<String>>();
        for (int i = 0; i < 2000; i++) {
            killed.add(Eventlet.spawn(() -> answer.join()));
        }
        for (var thread : killed) {
            Eventually.until(() -> thread.thread().getState() == Thread.State.WAITING);
        }

        killed.forEach(GreenThread::kill);
        answer.complete("done");

        assertThat(killed).extracting(GreenThread::await).containsOnly("done");
    }

    @Test
    @Tag("hub-only")
    void killedThreadsOfTheSameHubHaveEndedWhenKillReturns() {
        Eventlet.run(() -> {
            for (int i = 0; i < 6; i++) {
                var killed = Eventlet.spawn(() -> new CountDownLatch(1).await());
                Eventually.until(() -> InterruptibleWait.isIn(killed.thread()));

                killed.kill();

                assertThat(killed.isDead()).isTrue();
            }
        });
    }

    /// Closing is code of the channel's, which may wait: it is no business of the loop's.
    @Test
    @Tag("hub-only")
    void aChannelIsClosedByAGreenThreadOfTheHub() {
        var closer = new AtomicReference<Thread>();
        var carrier = new AtomicReference<Thread>();
        var channel =
                new AbstractInterruptibleChannel() {
                    boolean await() throws InterruptedException {
                        begin();
                        return new CountDownLatch(1).await(1, TimeUnit.DAYS);
                    }

                    @Override
                    protected void implCloseChannel() {
                        closer.set(Thread.currentThread());
                        carrier.set(VirtualThreads.currentCarrier());
                    }
                };

        Eventlet.run(() ->
                assertThatThrownBy(() -> io.eventlet.Timeout.call(SOON, () -> channel.await()))
                        .isInstanceOf(TimeoutExpired.class));

        assertThat(closer.get().isVirtual()).isTrue();
        assertThat(carrier.get().getName()).isEqualTo("hub-main");
    }
}
