// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.hub.HubStrand;
import io.eventlet.testing.Descriptors;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

@Tag("hub-only")
class EpollEndpointTest extends CancellableEndpointSpecification {
    @Override
    Network network() {
        return HubStrand.networkOfCaller();
    }

    /// A receive stops in front of urgent data, although more has come with the same event.
    @Test
    void bytesBehindUrgentDataAreNotMissed() throws IOException {
        var connection = connection();
        var reader = waiting(() -> new String(readAll(connection.server(), 12), US_ASCII));

        Eventlet.run(() -> {
            write(connection.client(), "before");
            connection.client().sendUrgent('!');
            write(connection.client(), "behind");
        });

        assertThat(reader.await()).isEqualTo("beforebehind");
    }

    @Test
    void bothProtocolsReachAListenerOnAllAddresses() throws IOException {
        var listener = closedAfterwards(network().openListener());
        listener.bind(InetAddress.getByName("::"), 0);
        listener.listen(10);
        int port = listener.localAddress().getPort();

        for (var host : new String[] {"127.0.0.1", "::1"}) {
            var client = open();
            client.connect(new InetSocketAddress(host, port), NEVER);
            var server = accept(listener);

            assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
            assertThat(server.remoteAddress().getAddress() instanceof Inet6Address)
                    .isEqualTo(host.equals("::1"));
        }
    }

    @Test
    void closingGivesTheDescriptorBack() throws IOException {
        var listener = listener(100);
        int before = Descriptors.count();

        for (int i = 0; i < 200; i++) {
            try (var client = network().open()) {
                client.connect(listener.localAddress(), NEVER);
                try (var server = listener.accept(NEVER)) {
                    var reader = waiting(() -> read(server));
                    write(client, "x");
                    assertThat(reader.await()).isEqualTo("x");
                }
            }
        }

        Descriptors.areAtMost(before);
    }

    @Test
    void aFailedConnectGivesTheDescriptorBack() throws IOException {
        var listener = listener(1);
        var address = listener.localAddress();
        for (int i = 0; i < 3; i++) {
            try {
                open().connect(address, soon());
            } catch (SocketTimeoutException e) {
                break; // the backlog is full now
            }
        }
        try (var silent = new Socket()) {
            silent.bind(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)); // to nobody else
            int before = Descriptors.count();

            for (int i = 0; i < 20; i++) {
                assertThatThrownBy(() -> network().open().connect(address, soon()))
                        .isInstanceOf(SocketTimeoutException.class);
                assertThatThrownBy(() -> network().open().connect(addressOf(silent), NEVER))
                        .isInstanceOf(ConnectException.class);
            }

            Descriptors.areAtMost(before);
        }
    }

    private static InetSocketAddress addressOf(Socket socket) {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /// The number of a closed descriptor goes to the next socket at once.
    @Test
    void aNewSocketWithTheNumberOfAClosedOneIsNotConfusedWithIt() throws IOException {
        var listener = listener(100);

        for (int i = 0; i < 200; i++) {
            var client = connect(listener);
            var server = accept(listener);
            var reader = waiting(() -> read(server));
            server.close(); // while its reader has to be told, and the peer's end still comes
            client.close();
            var next = connect(listener);
            var nextServer = accept(listener);
            var nextReader = waiting(() -> read(nextServer));
            write(next, "mine");

            assertThat(nextReader.await()).isEqualTo("mine");
            assertThatThrownBy(reader::await).hasCauseInstanceOf(SocketException.class);
        }
    }
}
