// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.TaskFailed;
import io.eventlet.testing.Until;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.Callable;

/// What every network's endpoints do, whatever moves the bytes.
@Timeout(60)
abstract class EndpointSpecification {
    static final long NEVER = Endpoint.NEVER;

    private final Deque<Endpoint> opened = new ArrayDeque<>();

    abstract Network network();

    /// Both ends of a connection.
    record Connection(Endpoint client, Endpoint server) {}

    @AfterEach
    void closeWhatWasOpened() throws IOException {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    final <E extends Endpoint> E closedAfterwards(E endpoint) {
        opened.push(endpoint);
        return endpoint;
    }

    final Endpoint open() throws IOException {
        return closedAfterwards(network().open());
    }

    final Endpoint listener(int backlog) throws IOException {
        var listener = closedAfterwards(network().openListener());
        listener.bind(InetAddress.getLoopbackAddress(), 0);
        listener.listen(backlog);
        return listener;
    }

    final Endpoint accept(Endpoint listener) throws IOException {
        return closedAfterwards(listener.accept(NEVER));
    }

    final Endpoint connect(Endpoint listener) throws IOException {
        var client = open();
        client.connect(listener.localAddress(), NEVER);
        return client;
    }

    final Connection connection() throws IOException {
        var listener = listener(10);
        var client = connect(listener);
        return new Connection(client, accept(listener));
    }

    static void write(Endpoint to, String text) throws IOException {
        writeAll(to, text.getBytes(US_ASCII));
    }

    static void writeAll(Endpoint to, byte[] bytes) throws IOException {
        for (int written = 0; written < bytes.length; ) {
            written += to.write(bytes, written, bytes.length - written, NEVER);
        }
    }

    static String read(Endpoint from) throws IOException {
        return readBy(from, NEVER);
    }

    static String readBy(Endpoint from, long deadline) throws IOException {
        var into = new byte[100];
        int n = from.read(into, 0, into.length, deadline);
        return n < 0 ? "end" : new String(into, 0, n, US_ASCII);
    }

    static byte[] readAll(Endpoint from, int length) throws IOException {
        var bytes = new byte[length];
        for (int n = 0; n < length; ) {
            int more = from.read(bytes, n, length - n, NEVER);
            if (more < 0) {
                return Arrays.copyOf(bytes, n);
            }
            n += more;
        }
        return bytes;
    }

    static void untilReadable(Endpoint endpoint) {
        Until.holds(() -> {
            try {
                return endpoint.available() > 0;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    static long past() {
        return System.nanoTime() - 1;
    }

    static long soon() {
        return System.nanoTime() + 10_000_000;
    }

    /// A thread of the body's own that has come to wait.
    static <T> GreenThread<T> waiting(Callable<T> body) {
        var thread = Eventlet.<T>spawn(body);
        Until.waiting(thread);
        return thread;
    }

    static GreenThread<Integer> writingUntilItWaits(Endpoint to) {
        return waiting(() -> {
            var block = new byte[1 << 20];
            while (true) {
                writeAll(to, block);
            }
        });
    }

    // ---- bytes

    @Test
    void readReturnsWhatThePeerWrote() throws IOException {
        var connection = connection();

        write(connection.client(), "ping");

        assertThat(read(connection.server())).isEqualTo("ping");
    }

    @Test
    void readWaitsForTheFirstByte() throws IOException {
        var connection = connection();
        var reader = waiting(() -> read(connection.server()));

        write(connection.client(), "late");

        assertThat(reader.await()).isEqualTo("late");
    }

    @Test
    void readTakesNoMoreThanItAskedFor() throws IOException {
        var connection = connection();
        write(connection.client(), "abcdef");

        assertThat(readAll(connection.server(), 2)).isEqualTo("ab".getBytes(US_ASCII));
        assertThat(readAll(connection.server(), 4)).isEqualTo("cdef".getBytes(US_ASCII));
    }

    @Test
    void readOfNothingDoesNotWait() throws IOException {
        var connection = connection();

        assertThat(connection.server().read(new byte[1], 1, 0, NEVER)).isZero();
    }

    @Test
    void writeOfNothingDoesNothing() throws IOException {
        var connection = connection();

        assertThat(connection.client().write(new byte[1], 0, 0, NEVER)).isZero();
    }

    @Test
    void rangesOutsideTheArrayAreRefused() throws IOException {
        var connection = connection();

        assertThatThrownBy(() -> connection.server().read(new byte[4], 2, 3, NEVER))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> connection.client().write(new byte[4], -1, 1, NEVER))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void writeWaitsWhileThePeerDoesNotRead() throws IOException {
        var connection = connection();
        var bytes = new byte[32 << 20];
        new java.util.Random(7).nextBytes(bytes);
        var writer =
                waiting(() -> {
                    writeAll(connection.client(), bytes);
                    return "done";
                });

        var received = readAll(connection.server(), bytes.length);

        assertThat(received).isEqualTo(bytes);
        assertThat(writer.await()).isEqualTo("done");
    }

    @Test
    void oneThreadReadsWhileAnotherWrites() throws IOException {
        var connection = connection();
        var reader = waiting(() -> read(connection.client()));

        write(connection.client(), "question");
        write(connection.server(), read(connection.server()) + "?");

        assertThat(reader.await()).isEqualTo("question?");
    }

    @Test
    void availableCountsWhatCanBeRead() throws IOException {
        var connection = connection();
        assertThat(connection.server().available()).isZero();

        write(connection.client(), "12345");
        untilReadable(connection.server());

        assertThat(connection.server().available()).isEqualTo(5);
        assertThat(read(connection.server())).isEqualTo("12345");
    }

    @Test
    void lookingAtWhatIsAvailableDoesNotDisturbALaterRead() throws IOException {
        var connection = connection();
        write(connection.client(), "one");
        assertThat(read(connection.server())).isEqualTo("one");

        assertThat(connection.server().available()).isZero();
        assertThat(connection.server().read(new byte[0], 0, 0, NEVER)).isZero();
        var reader = waiting(() -> read(connection.server()));
        write(connection.client(), "two");

        assertThat(reader.await()).isEqualTo("two");
    }

    // ---- the end of a stream

    @Test
    void readReturnsTheEndAgainAndAgain() throws IOException {
        var connection = connection();

        connection.client().shutdownOutput();

        assertThat(read(connection.server())).isEqualTo("end");
        assertThat(read(connection.server())).isEqualTo("end");
    }

    @Test
    void closingIsTheEndForThePeer() throws IOException {
        var connection = connection();
        var reader = waiting(() -> read(connection.server()));

        connection.client().close();

        assertThat(reader.await()).isEqualTo("end");
    }

    @Test
    void bytesBeforeTheEndAreReadFirst() throws IOException {
        var connection = connection();
        write(connection.client(), "last words");
        connection.client().close();

        assertThat(read(connection.server())).isEqualTo("last words");
        assertThat(read(connection.server())).isEqualTo("end");
    }

    /// The end may come with the same news as the last bytes, and no other news follows.
    @Test
    void anEndThatComesWithTheLastBytesIsNotMissed() throws IOException {
        for (int round = 0; round < 50; round++) {
            var connection = connection();
            var reader = waiting(() -> read(connection.server()) + "," + read(connection.server()));

            Eventlet.run(() -> {
                write(connection.client(), "bye");
                connection.client().shutdownOutput();
            });

            assertThat(reader.await()).isEqualTo("bye,end");
        }
    }

    @Test
    void theOtherDirectionOutlivesAShutdown() throws IOException {
        var connection = connection();
        connection.client().shutdownOutput();
        assertThat(read(connection.server())).isEqualTo("end");

        write(connection.server(), "still here");

        assertThat(read(connection.client())).isEqualTo("still here");
    }

    @Test
    void writeAfterShutdownOfOutputFails() throws IOException {
        var connection = connection();
        connection.client().shutdownOutput();

        assertThatThrownBy(() -> write(connection.client(), "more"))
                .isInstanceOf(SocketException.class);
    }

    @Test
    void shutdownOfInputEndsAWaitingRead() throws IOException {
        var connection = connection();
        var reader = waiting(() -> read(connection.server()));

        connection.server().shutdownInput();

        assertThat(reader.await()).isEqualTo("end");
    }

    @Test
    void closingWithoutLingerResetsThePeer() throws IOException {
        var connection = connection();
        var reader = waiting(() -> read(connection.client()));
        connection.server().setOption(StandardSocketOptions.SO_LINGER, 0);

        connection.server().close();

        assertThatThrownBy(reader::await)
                .isInstanceOf(TaskFailed.class)
                .cause()
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void writingToAPeerThatHasClosedFailsInTheEnd() throws IOException {
        var connection = connection();
        connection.server().close();

        assertThatThrownBy(
                        () -> {
                            while (true) {
                                write(connection.client(), "anybody there?");
                            }
                        })
                .isInstanceOf(SocketException.class);
    }

    // ---- deadlines

    @Test
    void readGivesUpAtItsDeadlineAndLeavesTheEndpointUsable() throws IOException {
        var connection = connection();

        assertThatThrownBy(() -> readBy(connection.server(), soon()))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("Read timed out");
        write(connection.client(), "after all");

        assertThat(read(connection.server())).isEqualTo("after all");
    }

    @Test
    void bytesThatAreThereBeatADeadlineThatHasPassed() throws IOException {
        var connection = connection();
        write(connection.client(), "in time");
        untilReadable(connection.server());

        assertThat(readBy(connection.server(), past())).isEqualTo("in time");
    }

    /// A thread that has computed past its deadline has not given its hub a chance to poll.
    @Test
    void bytesThatNobodyHasPolledForBeatADeadlineThatHasPassed() throws IOException {
        var connection = connection();

        var read =
                Eventlet.run(() -> {
                    assertThatThrownBy(() -> readBy(connection.server(), past()))
                            .isInstanceOf(SocketTimeoutException.class);
                    write(connection.client(), "one");
                    var first = read(connection.server());
                    write(connection.client(), "two");
                    return first + "," + readBy(connection.server(), past());
                });

        assertThat(read).isEqualTo("one,two");
    }

    @Test
    void acceptGivesUpAtItsDeadlineAndLeavesTheListenerUsable() throws IOException {
        var listener = listener(10);

        assertThatThrownBy(() -> listener.accept(soon()))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("Accept timed out");
        var client = connect(listener);
        write(client, "hello");

        assertThat(read(accept(listener))).isEqualTo("hello");
    }

    @Test
    void connectGivesUpAtItsDeadlineAndClosesTheEndpoint() throws IOException {
        var listener = listener(1);

        var refused = firstThatTimesOut(listener.localAddress());

        assertThat(refused.isOpen()).isFalse();
    }

    /// Fills the backlog of a listener that does not accept.
    private Endpoint firstThatTimesOut(InetSocketAddress address) throws IOException {
        while (true) {
            var client = open();
            try {
                client.connect(address, System.nanoTime() + 50_000_000);
            } catch (SocketTimeoutException e) {
                assertThat(e).hasMessage("Connect timed out: " + address);
                return client;
            }
        }
    }

    // ---- closing

    @Test
    void closingEndsAWaitingRead() throws IOException {
        var connection = connection();
        var reader = waiting(() -> read(connection.server()));

        connection.server().close();

        assertClosedUnder(reader);
    }

    @Test
    void closingEndsAWaitingWrite() throws IOException {
        var connection = connection();
        var writer = writingUntilItWaits(connection.client());

        connection.client().close();

        assertClosedUnder(writer);
    }

    @Test
    void closingEndsAWaitingAccept() throws IOException {
        var listener = listener(10);
        var acceptor = waiting(() -> listener.accept(NEVER));

        listener.close();

        assertClosedUnder(acceptor);
    }

    @Test
    void closingEndsAWaitingConnect() throws IOException {
        var listener = listener(1);
        var ignored = firstThatTimesOut(listener.localAddress());
        var client = open();
        var connector =
                waiting(() -> {
                    client.connect(listener.localAddress(), NEVER);
                    return client;
                });

        client.close();

        assertClosedUnder(connector);
    }

    private static void assertClosedUnder(GreenThread<?> user) {
        assertThatThrownBy(user::await)
                .isInstanceOf(TaskFailed.class)
                .cause()
                .isInstanceOf(SocketException.class)
                .isNotInstanceOf(ConnectException.class);
    }

    @Test
    void aClosedEndpointRefusesEverything() throws IOException {
        var connection = connection();
        var server = connection.server();

        server.close();
        server.close();

        assertThat(server.isOpen()).isFalse();
        assertThatThrownBy(() -> read(server)).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> write(server, "x")).isInstanceOf(SocketException.class);
        assertThatThrownBy(server::available).isInstanceOf(IOException.class);
        assertThatThrownBy(server::shutdownOutput).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> server.getOption(StandardSocketOptions.TCP_NODELAY))
                .isInstanceOf(IOException.class);
    }

    @Test
    void closingAListenerRefusesThoseToComeAndResetsThoseInItsBacklog() throws IOException {
        var listener = listener(10);
        var address = listener.localAddress();
        var early = connect(listener);

        listener.close();

        assertThatThrownBy(() -> read(early)).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> open().connect(address, NEVER))
                .isInstanceOf(ConnectException.class);
    }

    // ---- one reader, one writer

    @Test
    void aSecondReaderIsRefusedAndTheFirstNotDisturbed() throws IOException {
        var connection = connection();
        var first = Eventlet.spawn("first reader", () -> read(connection.server()));
        Until.waiting(first);
        var second = Eventlet.spawn("second reader", () -> read(connection.server()));

        assertThatThrownBy(second::await)
                .cause()
                .isInstanceOf(ConcurrentUse.class)
                .hasMessageContainingAll("first reader", "second reader");
        write(connection.client(), "for the first");

        assertThat(first.await()).isEqualTo("for the first");
    }

    @Test
    void aSecondWriterIsRefused() throws IOException {
        var connection = connection();
        var ignored = writingUntilItWaits(connection.client());

        assertThatThrownBy(() -> write(connection.client(), "me too"))
                .isInstanceOf(ConcurrentUse.class);
    }

    @Test
    void aSecondAcceptorIsRefused() throws IOException {
        var listener = listener(10);
        var first = waiting(() -> accept(listener));

        assertThatThrownBy(() -> listener.accept(NEVER)).isInstanceOf(ConcurrentUse.class);
        var ignored = connect(listener);

        assertThat(first.await().isOpen()).isTrue();
    }

    // ---- connecting and listening

    @Test
    void connectingWhereNobodyListensIsRefused() throws IOException {
        var listener = listener(10);
        var address = listener.localAddress();
        listener.close();
        var client = open();

        assertThatThrownBy(() -> client.connect(address, NEVER))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Connection refused: " + address);
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void bothEndsKnowBothAddresses() throws IOException {
        var listener = listener(10);
        var client = connect(listener);
        var server = accept(listener);

        assertThat(client.remoteAddress()).isEqualTo(listener.localAddress());
        assertThat(server.localAddress()).isEqualTo(listener.localAddress());
        assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
        assertThat(listener.localAddress().getPort()).isPositive();
    }

    @Test
    void connectionsAreAcceptedInTheOrderInWhichTheyCame() throws IOException {
        var listener = listener(10);
        var first = connect(listener);
        var second = connect(listener);

        assertThat(accept(listener).remoteAddress()).isEqualTo(first.localAddress());
        assertThat(accept(listener).remoteAddress()).isEqualTo(second.localAddress());
    }

    @Test
    void acceptWaitsForAConnection() throws IOException {
        var listener = listener(10);
        var acceptor = waiting(() -> accept(listener));

        var client = connect(listener);

        assertThat(acceptor.await().remoteAddress()).isEqualTo(client.localAddress());
    }

    @Test
    void anAddressInUseIsRefused() throws IOException {
        var taken = listener(10).localAddress();

        assertThatThrownBy(
                        () -> {
                            var late = closedAfterwards(network().openListener());
                            late.bind(taken.getAddress(), taken.getPort());
                            late.listen(10);
                        })
                .isInstanceOf(BindException.class);
    }

    @Test
    void listenersThatAgreeSharePort() throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var first = sharing(address);
        var second = sharing(first.localAddress());

        assertThat(second.localAddress()).isEqualTo(first.localAddress());
    }

    private Endpoint sharing(InetSocketAddress address) throws IOException {
        var listener = closedAfterwards(network().openListener());
        listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        listener.bind(address.getAddress(), address.getPort());
        listener.listen(10);
        return listener;
    }

    // ---- options

    @Test
    void optionsKeepWhatTheyAreSetTo() throws IOException {
        var client = connection().client();

        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
        client.setOption(StandardSocketOptions.SO_LINGER, 5);
        client.setOption(StandardSocketOptions.SO_KEEPALIVE, true);

        assertThat(client.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
        assertThat(client.getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(5);
        assertThat(client.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
        client.setOption(StandardSocketOptions.SO_LINGER, -1);
        assertThat(client.getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(-1);
    }

    @Test
    void everySupportedOptionCanBeAskedFor() throws IOException {
        var client = connection().client();

        for (SocketOption<?> option : client.supportedOptions()) {
            assertThat((Object) client.getOption(option)).as(option.name()).isNotNull();
        }
    }

    @Test
    void anUnknownOptionIsRefused() throws IOException {
        var client = connection().client();

        assertThatThrownBy(() -> client.getOption(StandardSocketOptions.IP_MULTICAST_LOOP))
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
