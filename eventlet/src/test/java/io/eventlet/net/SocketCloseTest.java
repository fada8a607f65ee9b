// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static io.eventlet.net.SocketPair.awaitParked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenThread;
import io.eventlet.TaskFailed;
import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.Closeable;
import java.net.SocketException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Closing a socket under those who use it (From Eventlet's behaviour inventory, defect 14: with
/// epoll, a reader was never woken).
@Timeout(60)
@ExtendWith(NoLeaks.class)
class SocketCloseTest {
    /// Where the closing thread is.
    enum Closer {
        SAME_HUB {
            @Override
            void close(Closeable socket) {
                Eventlet.spawn(socket::close).await();
            }
        },
        OTHER_HUB {
            @Override
            void close(Closeable socket) {
                try (var hub = Hub.start("closer")) {
                    Eventlet.spawnOn(hub, socket::close).await();
                }
            }
        },
        PLATFORM_THREAD {
            @Override
            void close(Closeable socket) throws Exception {
                socket.close();
            }
        };

        abstract void close(Closeable socket) throws Exception;
    }

    private static void assertEnded(GreenThread<?> thread) {
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(thread::await)
                .havingCause()
                .isInstanceOf(SocketException.class)
                .withMessageMatching("(?i)socket (is )?closed");
    }

    @ParameterizedTest
    @EnumSource
    void endsReader(Closer closer) throws Exception {
        try (var pair = SocketPair.open()) {
            var reader = Eventlet.spawn(() -> pair.green().recv(new byte[1]));
            awaitParked(reader);

            closer.close(pair.green());

            assertEnded(reader);
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsWriter(Closer closer) throws Exception {
        try (var pair = SocketPair.open()) {
            var writer = Eventlet.spawn(() -> pair.green().sendAll(new byte[64 << 20]));
            awaitParked(writer);

            closer.close(pair.green());

            assertEnded(writer);
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsWriterThatWaitsForItsTurn(Closer closer) throws Exception {
        try (var pair = SocketPair.open()) {
            var first = Eventlet.spawn(() -> pair.green().sendAll(new byte[64 << 20]));
            awaitParked(first);
            var second = Eventlet.spawn(() -> pair.green().sendAll(new byte[1]));
            awaitParked(second);

            closer.close(pair.green());

            assertEnded(first);
            assertEnded(second);
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsAcceptors(Closer closer) throws Exception {
        var listener = Eventlet.listen("127.0.0.1", 0);
        var first = Eventlet.spawn(listener::accept);
        awaitParked(first);
        var second = Eventlet.spawn(listener::accept);
        awaitParked(second);

        closer.close(listener);

        assertEnded(first);
        assertEnded(second);
    }

    @ParameterizedTest
    @EnumSource
    void endsConnect(Closer closer) throws Exception {
        try (var silent = new FullBacklog()) {
            var socket = new GreenSocket();
            var connecting = Eventlet.spawn(() -> socket.connect(silent.address()));
            awaitParked(connecting);

            closer.close(socket);

            assertEnded(connecting);
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsReaderAndWriterOnDifferentHubs(Closer closer) throws Exception {
        try (var pair = SocketPair.open();
                var hub = Hub.start("reader")) {
            var reader = Eventlet.spawnOn(hub, () -> pair.green().recv(new byte[1]));
            var writer = Eventlet.spawn(() -> pair.green().sendAll(new byte[64 << 20]));
            awaitParked(reader);
            awaitParked(writer);

            closer.close(pair.green());

            assertEnded(reader);
            assertEnded(writer);
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsReaderOnPlatformThread(Closer closer) throws Exception {
        try (var pair = SocketPair.open()) {
            var reading = new FutureTask<>(() -> pair.green().recv(new byte[1]));
            var thread = Thread.ofPlatform().daemon().start(reading);
            Eventually.until(() ->
                    thread.getState() == Thread.State.WAITING
                            || isInNative(thread)); // a JDK socket waits in the kernel

            closer.close(pair.green());

            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(reading::get)
                    .withCauseInstanceOf(SocketException.class);
        }
    }

    private static boolean isInNative(Thread thread) {
        var stack = thread.getStackTrace();
        return stack.length > 0 && stack[0].isNativeMethod();
    }

    @Test
    @Tag("hub-only") // the JDK waits
    void doesNotWaitForWhatLingers() throws Exception {
        try (var pair = SocketPair.open()) {
            pair.green().setSoLinger(true, 600);
            var writer = Eventlet.spawn(() -> pair.green().sendAll(new byte[64 << 20]));
            SocketPair.awaitParked(writer);
            writer.kill();
            writer.thread().join();

            Eventlet.run(() -> pair.green().close());

            assertThat(pair.peer().getInputStream().readAllBytes()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void peerSeesTheEnd(Closer closer) throws Exception {
        try (var pair = SocketPair.open()) {
            closer.close(pair.green());

            assertThat(pair.peer().getInputStream().read()).isEqualTo(-1);
        }
    }
}
