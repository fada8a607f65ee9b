// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.TaskFailed;
import io.eventlet.errors.ConcurrentUse;
import io.eventlet.testing.KeptPort;
import io.eventlet.testing.Until;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;

/// How every network's endpoints come about, who may use them at once, and how they are closed.
abstract class EndpointLifeSpecification extends EndpointScene {
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
        try (var port = new KeptPort()) {
            var address = port.address();
            var listener = listener(address, 10);
            var early = connect(listener);

            listener.close();

            assertThatThrownBy(() -> read(early)).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> open().connect(address, NEVER))
                    .isInstanceOf(ConnectException.class);
        }
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
    void aSecondConnectIsRefusedAndTheFirstNotDisturbed() throws IOException {
        var listener = listener(1);
        var ignored = firstThatTimesOut(listener.localAddress());
        var client = open();
        var first =
                waiting(() -> {
                    client.connect(listener.localAddress(), NEVER);
                    return client;
                });

        assertThatThrownBy(() -> client.connect(listener.localAddress(), NEVER))
                .isInstanceOf(ConcurrentUse.class);

        assertThat(client.isOpen()).isTrue();
        assertThat(first.isDead()).isFalse();
        client.close();
        assertClosedUnder(first);
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
        try (var nobody = new Socket()) { // which has the port, and does not listen
            nobody.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var address = (InetSocketAddress) nobody.getLocalSocketAddress();
            var client = open();

            assertThatThrownBy(() -> client.connect(address, NEVER))
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("Connection refused: " + address);
            assertThat(client.isOpen()).isFalse();
        }
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
