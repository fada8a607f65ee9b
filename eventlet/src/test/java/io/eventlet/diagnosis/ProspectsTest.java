// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.queue.GreenQueue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.Cleaner;
import java.lang.ref.ReferenceQueue;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import javax.management.ListenerNotFoundException;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;

/// Who could end somebody's wait, and who is taken for one that could.
@Tag("hub-only")
@Timeout(60)
class ProspectsTest {
    private static final Cleaner CLEANER = Cleaner.create();

    private static boolean mayWake(Thread thread) {
        return Prospects.mayWake(thread, thread.getState(), thread.getStackTrace());
    }

    private static void awaitState(Thread thread, Thread.State state) {
        Eventually.until(() -> thread.getState() == state);
    }

    @Test
    void aPlatformThreadThatComputesMayWake() throws InterruptedException {
        var release = new AtomicBoolean();
        var computing =
                Thread.ofPlatform()
                        .start(() -> {
                            while (!release.get()) {
                                Thread.onSpinWait();
                            }
                        });
        Eventually.until(() -> computing.getStackTrace().length > 0);

        assertThat(mayWake(computing)).isTrue();
        release.set(true);
        computing.join();
    }

    @Test
    void aPlatformThreadThatWaitsWithALimitMayWake() throws InterruptedException {
        var waiting =
                Thread.ofPlatform().start(() -> LockSupport.parkNanos(new Event<>(), 1L << 60));
        awaitState(waiting, Thread.State.TIMED_WAITING);

        assertThat(mayWake(waiting)).isTrue();
        LockSupport.unpark(waiting);
        waiting.join();
    }

    @Test
    void aPlatformThreadThatWaitsForSomethingUnknownMayWake() throws InterruptedException {
        var latch = new CountDownLatch(1);
        var waiting =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                latch.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        awaitState(waiting, Thread.State.WAITING);

        assertThat(mayWake(waiting)).isTrue();
        latch.countDown();
        waiting.join();
    }

    @Test
    void aPlatformThreadThatWaitsForSomethingOfOursMayNotWake() throws InterruptedException {
        var event = new Event<String>();
        var waiting = Thread.ofPlatform().start(() -> event.await());
        awaitState(waiting, Thread.State.WAITING);

        assertThat(mayWake(waiting)).isFalse();
        event.send("");
        waiting.join();
    }

    @Test
    void anIdleWorkerMayNotWakeAndABusyOneMay() throws InterruptedException, ExecutionException {
        var release = new AtomicBoolean();
        try (var executor = Executors.newFixedThreadPool(1)) {
            var worker = executor.submit(Thread::currentThread).get();
            awaitState(worker, Thread.State.WAITING);
            assertThat(mayWake(worker)).isFalse();

            var busy =
                    executor.submit(() -> {
                        while (!release.get()) {
                            Thread.onSpinWait();
                        }
                    });
            Eventually.until(() -> worker.getState() == Thread.State.RUNNABLE);

            assertThat(mayWake(worker)).isTrue();
            release.set(true);
            busy.get();
        }
    }

    @Test
    void threadsOfTheJvmMayNotWake() {
        var ofTheJvm =
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals("Signal Dispatcher"))
                        .findAny()
                        .orElseThrow();

        assertThat(mayWake(ofTheJvm)).isFalse();
    }

    private static Thread namedLike(String part) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains(part))
                .findAny()
                .orElseThrow();
    }

    @Test
    void theThreadThatWatchesFilesMayWake(@TempDir Path directory) throws IOException {
        try (var watch = directory.getFileSystem().newWatchService()) {
            var ignored = directory.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            var watching = namedLike("FileSystemWatch");
            Eventually.until(() -> watching.getStackTrace().length > 0);

            assertThat(mayWake(watching)).isTrue();
        }
    }

    @Test
    void theThreadsOfAsynchronousChannelsMayWake() throws IOException {
        try (var listener = AsynchronousServerSocketChannel.open()) {
            var ignored =
                    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                            .accept();

            Eventually.until(() ->
                    Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> isOfChannels(thread.getStackTrace()))
                            .anyMatch(ProspectsTest::mayWake));
        }
    }

    private static boolean isOfChannels(StackTraceElement[] stack) {
        return Arrays.stream(stack)
                .anyMatch(frame -> frame.getClassName().contains("EventHandler"));
    }

    @Test
    void aCleanerMayWakeBecauseItsActionsMay() {
        assertThat(CLEANER).isNotNull();

        assertThat(mayWake(namedLike("Cleaner-"))).isTrue();
    }

    @Test
    void whoWaitsForReferencesMayGoOn() {
        var queue = new ReferenceQueue<Object>();
        var remover = Eventlet.spawn(() -> queue.remove());
        awaitState(remover.thread(), Thread.State.WAITING);

        assertThat(Prospects.mayGoOn(remover.thread())).isTrue();
        remover.kill();
    }

    @Test
    void whoeverListensToTheMemoryOfTheJvmMayWake() throws ListenerNotFoundException {
        var memory = (NotificationEmitter) ManagementFactory.getMemoryMXBean();
        NotificationListener listener = (_, _) -> {};
        assertThat(MemoryNotifications.areAwaited()).isFalse();

        memory.addNotificationListener(listener, null, null);

        assertThat(MemoryNotifications.areAwaited()).isTrue();
        memory.removeNotificationListener(listener);
    }

    @Test
    void whoeverListensToTheCollectionOfGarbageMayWake() throws ListenerNotFoundException {
        var collector =
                (NotificationEmitter) ManagementFactory.getGarbageCollectorMXBeans().getFirst();
        NotificationListener listener = (_, _) -> {};

        collector.addNotificationListener(listener, null, null);

        assertThat(MemoryNotifications.areAwaited()).isTrue();
        collector.removeNotificationListener(listener);
    }

    @Test
    void whoWaitsForASocketMayGoOn() throws IOException {
        try (var listener = new GreenServerSocket(0);
                var jdkListener = new ServerSocket(0)) {
            var acceptor = Eventlet.spawn(listener::accept);
            var jdkAcceptor = Eventlet.spawn(jdkListener::accept);
            awaitState(acceptor.thread(), Thread.State.WAITING);
            awaitState(jdkAcceptor.thread(), Thread.State.WAITING);

            assertThat(Prospects.mayGoOn(acceptor.thread())).isTrue();
            assertThat(Prospects.mayGoOn(jdkAcceptor.thread())).isTrue();
            acceptor.kill();
            jdkAcceptor.kill();
        }
    }

    @Test
    void whoWaitsForAnItemMayNotGoOn() {
        var getter = Eventlet.spawn(() -> GreenQueue.<String>unbounded().get());
        awaitState(getter.thread(), Thread.State.WAITING);

        assertThat(Prospects.mayGoOn(getter.thread())).isFalse();
        getter.kill();
    }

    @Test
    void whoRunsMayGoOn() {
        boolean mayGoOn =
                Eventlet.run(() -> Prospects.mayGoOn(Thread.currentThread())).booleanValue();

        assertThat(mayGoOn).isTrue();
    }
}
