// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.hub.Hub;
import io.eventlet.hub.HubStrand;
import io.eventlet.poll.PollerKind;
import io.eventlet.testing.Until;
import io.eventlet.testing.junit.NoLeaks;
import io.eventlet.wait.Waits;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// The end of sockets that defer their writes, while their peer does not read: an end that the peer
/// sees comes behind all that writes have taken.
@Tag("hub-only")
@Timeout(60)
@ExtendWith(NoLeaks.class)
class DeferredWritesEndTest {
    private static final int SMALL = 8192;
    private static final byte[] MESSAGE = new byte[1000];

    private final AtomicInteger written = new AtomicInteger();
    private final AtomicBoolean isEnough = new AtomicBoolean();
    private Hub hub;
    private SocketPair pair;

    @BeforeEach
    void open() throws IOException {
        var poller = PollerKind.IO_URING.open(Waits.PARKING, HubStrand::networkOfCaller);
        hub = Hub.start("ring", () -> 0, poller); // no wait of a close comes to its limit
        try (var listener = new ServerSocket()) {
            listener.setReceiveBufferSize(SMALL);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var address = (InetSocketAddress) listener.getLocalSocketAddress();
            var green = Eventlet.<GreenSocket>spawnOn(hub, () -> Eventlet.connect(address)).await();
            pair = new SocketPair(green, listener.accept());
        }
        pair.peer().setSoTimeout(50_000);
        pair.green().setSendBufferSize(SMALL);
        letRingKnowIt();
        pair.green().setDeferredWrites(true);
    }

    private void letRingKnowIt() throws IOException {
        var reader = Eventlet.spawnOn(hub, () -> pair.green().getInputStream().read());
        Until.waiting(reader);
        pair.peer().getOutputStream().write('!');
        assertThat(reader.await()).isEqualTo('!');
    }

    @AfterEach
    void close() throws IOException {
        isEnough.set(true);
        pair.peer().close();
        try {
            pair.green().close();
        } catch (SocketException e) { // what it has left is for nobody
            assertThat(pair.green().isClosed()).isTrue();
        }
        assertThat(hub.close(Duration.ofSeconds(30))).isTrue();
    }

    /// Writes until it is enough or it cannot, and has come to wait for room.
    private GreenThread<String> writing() {
        var writer =
                Eventlet.<String>spawnOn(
                        hub,
                        () -> {
                            try {
                                while (!isEnough.get()) {
                                    pair.green().sendAll(MESSAGE);
                                    written.addAndGet(MESSAGE.length);
                                }
                                return "enough";
                            } catch (SocketException e) {
                                return String.valueOf(e.getMessage());
                            }
                        });
        Until.waiting(writer);
        return writer;
    }

    private static void endedByKill(GreenThread<?> thread) {
        thread.kill();
        Until.holds(thread::isDead);
    }

    private interface End {
        void of(Socket socket) throws IOException;
    }

    /// Ends it, and has come to wait if it does.
    private GreenThread<String> ending(End end) {
        var thread =
                Eventlet.<String>spawnOn(
                        hub,
                        () -> {
                            end.of(pair.green());
                            return "ended";
                        });
        Until.holds(() -> thread.isDead() || isWaiting(thread.thread()));
        return thread;
    }

    private static boolean isWaiting(Thread thread) {
        var state = thread.getState();
        return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
    }

    private int readAll() throws IOException {
        return pair.peer().getInputStream().readAllBytes().length;
    }

    @Test
    void anEndOfTheOutputThatIsKilledIsNoneAndCanBeTriedAgain() throws IOException {
        var writer = writing();
        endedByKill(writer);

        endedByKill(ending(Socket::shutdownOutput));
        int read = pair.peer().getInputStream().readNBytes(written.get()).length;
        assertThat(ending(Socket::shutdownOutput).await()).isEqualTo("ended");

        assertThat(read).isEqualTo(written.get());
        assertThat(readAll()).isZero();
    }

    @Test
    void anEndOfTheOutputComesBehindWhatAnotherThreadIsWriting() throws IOException {
        var writer = writing();
        isEnough.set(true);

        var ending = ending(Socket::shutdownOutput);
        int read = readAll();

        assertThat(writer.await()).isEqualTo("enough");
        assertThat(read).isEqualTo(written.get());
        assertThat(ending.await()).isEqualTo("ended");
    }

    @Test
    void aCloseEndsAWriterAndSendsWhatItsWritesHaveTaken() throws IOException {
        var writer = writing();

        var ending = ending(Socket::close);
        int read = readAll();

        assertThat(writer.await()).isEqualTo("Socket closed");
        assertThat(read).isEqualTo(written.get());
        assertThat(ending.await()).isEqualTo("ended");
    }

    @Test
    void aCloseEndsAnEndOfTheOutputThatWaits() throws IOException {
        endedByKill(writing());
        var shutting = ending(Socket::shutdownOutput);

        var ending = ending(Socket::close);

        assertThat(readAll()).isEqualTo(written.get());
        assertThat(ending.await()).isEqualTo("ended");
        Until.holds(shutting::isDead);
    }

    @Test
    void aCloseThatIsKilledBesideAWriterIsNoEndForThePeer() {
        var writer = writing();

        endedByKill(ending(Socket::close));

        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(this::readAll)
                .withMessage("Connection reset");
        assertThat(writer.await()).isEqualTo("Socket closed");
    }
}
