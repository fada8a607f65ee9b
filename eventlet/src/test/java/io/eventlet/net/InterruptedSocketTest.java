// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenThread;
import io.eventlet.TaskFailed;
import io.eventlet.errors.Cancelled;
import io.eventlet.testing.junit.NoLeaks;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/// `Thread.interrupt` by somebody, neither a kill nor a timeout, of a thread that waits on a
/// socket.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class InterruptedSocketTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final GreenServerSocket listener = new GreenServerSocket(0, 1, LOOPBACK);
    private final GreenSocket own = new GreenSocket(LOOPBACK, listener.getLocalPort());
    private final GreenSocket ownPeer = listener.accept();
    private final Socket ofLibrary =
            GreenSocketFactory.instance().createSocket(LOOPBACK, listener.getLocalPort());
    private final GreenSocket libraryPeer = listener.accept();

    InterruptedSocketTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        own.close();
        ownPeer.close();
        ofLibrary.close();
        libraryPeer.close();
        listener.close();
    }

    /// What a wait ends with, and whether the thread's flag is set then.
    private record Ending(Throwable error, boolean flag) {
        static Ending of(ThrowingCallable wait) {
            var error = catchThrowable(wait);
            return new Ending(error, Thread.interrupted());
        }
    }

    private static Ending ofGreenThread(ThrowingCallable wait) {
        GreenThread<Ending> waiting = Eventlet.spawn(() -> Ending.of(wait));
        SocketPair.awaitParked(waiting);
        waiting.thread().interrupt();
        return waiting.await();
    }

    private static Ending ofPlatformThread(ThrowingCallable wait) throws Exception {
        var ending = new CompletableFuture<Ending>();
        var waiting = Thread.ofPlatform().start(() -> ending.complete(Ending.of(wait)));
        Eventually.until(() -> LockSupport.getBlocker(waiting) != null);
        waiting.interrupt();
        return ending.get();
    }

    private void assertOwnIsUsable() throws IOException {
        ownPeer.sendAll(new byte[] {7});
        assertThat(own.getInputStream().read()).isEqualTo(7);
    }

    @Test
    void readOfTheProgramsOwnThrowsCancelledAndTakesTheFlag() {
        var ending = ofGreenThread(() -> own.getInputStream().read());

        assertThat(ending.error()).isExactlyInstanceOf(Cancelled.class);
        assertThat(ending.flag()).isFalse();
    }

    @Test
    @Tag("hub-only")
    void socketOfTheProgramsOwnStaysUsable() throws IOException {
        ofGreenThread(() -> own.getInputStream().read());

        assertOwnIsUsable();
    }

    @Test
    void readOfTheProgramsOwnEndsOnAPlatformThreadToo() throws Exception {
        var ending = ofPlatformThread(() -> own.getInputStream().read());

        assertThat(ending.error()).isExactlyInstanceOf(Cancelled.class);
        assertThat(ending.flag()).isFalse();
        assertOwnIsUsable();
    }

    @Test
    void acceptOfTheProgramsOwnThrowsCancelled() {
        var ending = ofGreenThread(() -> listener.accept());

        assertThat(ending.error()).isExactlyInstanceOf(Cancelled.class);
    }

    @Test
    void writeOfTheProgramsOwnThrowsCancelled() {
        var ending = ofGreenThread(() -> fill(own));

        assertThat(ending.error()).isExactlyInstanceOf(Cancelled.class);
    }

    private static void fill(Socket socket) throws IOException {
        while (true) {
            socket.getOutputStream().write(new byte[1 << 16]);
        }
    }

    @Test
    void greenThreadThatDoesNotCatchItFailsWithIt() {
        var reading = Eventlet.spawn(() -> own.getInputStream().read());
        SocketPair.awaitParked(reading);

        reading.thread().interrupt();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(reading::await)
                .withCauseExactlyInstanceOf(Cancelled.class);
    }

    @Test
    void readOfALibrarysThrowsAnIoExceptionClosesAndLeavesTheFlagSet() throws IOException {
        var ending = ofGreenThread(() -> ofLibrary.getInputStream().read());

        assertThat(ending.error())
                .isInstanceOf(InterruptedIOException.class)
                .hasCauseExactlyInstanceOf(Cancelled.class);
        assertThat(ending.flag()).isTrue();
        assertThat(ofLibrary.isClosed()).isTrue();
        assertThat(libraryPeer.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void readOfALibrarysEndsOnAPlatformThreadToo() throws Exception {
        var ending = ofPlatformThread(() -> ofLibrary.getInputStream().read());

        assertThat(ending.error()).isInstanceOf(InterruptedIOException.class);
        assertThat(ending.flag()).isTrue();
        assertThat(ofLibrary.isClosed()).isTrue();
    }

    @Test
    void writeOfALibrarysThrowsAnIoException() {
        var ending = ofGreenThread(() -> fill(ofLibrary));

        assertThat(ending.error()).isInstanceOf(InterruptedIOException.class);
        assertThat(ending.flag()).isTrue();
    }

    @Test
    void dataThatIsThereIsReadThoughTheFlagIsSet() {
        var read =
                Eventlet.spawn(() -> {
                    ownPeer.sendAll(new byte[] {7});
                    Eventually.until(() -> available(own) == 1);
                    Thread.currentThread().interrupt();
                    int b = own.getInputStream().read();
                    return Thread.interrupted() ? b : -1;
                });

        assertThat(read.await()).isEqualTo(7);
    }

    private static int available(Socket socket) {
        try {
            return socket.getInputStream().available();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
