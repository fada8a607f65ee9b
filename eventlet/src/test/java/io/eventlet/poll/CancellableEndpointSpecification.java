// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.TaskFailed;
import io.eventlet.wait.Waits;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/// What endpoints of ours do beyond those of the JDK: a cancelled operation leaves them usable,
/// writes have deadlines, and a peer learns that what it sent was not read.
abstract class CancellableEndpointSpecification extends EndpointSpecification {
    private static void assertKilled(GreenThread<?> thread) {
        thread.kill();
        assertThatThrownBy(thread::await)
                .isInstanceOf(TaskFailed.class)
                .hasCauseInstanceOf(GreenThreadKilled.class);
    }

    @Test
    void aCancelledReadLeavesTheEndpointUsable() throws IOException {
        var connection = connection();
        var reader = waiting(() -> read(connection.server()));

        assertKilled(reader);
        write(connection.client(), "for somebody else");

        assertThat(read(connection.server())).isEqualTo("for somebody else");
    }

    @Test
    void aCancelledWaitForBytesLeavesTheEndpointUsable() throws IOException {
        var connection = connection();
        var waiter =
                waiting(() -> {
                    connection.server().awaitReadable(NEVER);
                    return "readable";
                });

        assertKilled(waiter);
        write(connection.client(), "for somebody else");
        connection.server().awaitReadable(NEVER);

        assertThat(read(connection.server())).isEqualTo("for somebody else");
    }

    @Test
    void aCancelledWriteLeavesTheEndpointUsable() throws IOException {
        var connection = connection();
        var writer = writingUntilItWaits(connection.client());

        assertKilled(writer);
        var drain =
                Eventlet.spawn(() -> {
                    String last = "";
                    for (var now = read(connection.server());
                            !now.equals("end");
                            now = read(connection.server())) {
                        last = now;
                    }
                    return last;
                });
        write(connection.client(), "the end");
        connection.client().shutdownOutput();

        assertThat(drain.await()).endsWith("the end");
    }

    @Test
    void aCancelledAcceptLeavesTheListenerUsable() throws IOException {
        var listener = listener(10);
        var acceptor = waiting(() -> listener.accept(NEVER));

        assertKilled(acceptor);
        var client = connect(listener);

        assertThat(accept(listener).remoteAddress()).isEqualTo(client.localAddress());
    }

    @Test
    void bytesThatAreThereBeatACancellationWhichStaysForTheNextWait() throws IOException {
        var connection = connection();

        var outcome =
                Eventlet.run(() -> {
                    write(connection.client(), "x");
                    assertThat(read(connection.server())).isEqualTo("x");
                    write(connection.client(), "still in time");
                    Thread.currentThread().interrupt();
                    var read = read(connection.server());
                    assertThat(Waits.isCancelled()).isTrue();
                    assertThatThrownBy(() -> read(connection.server()))
                            .isInstanceOf(io.eventlet.errors.Cancelled.class);
                    return read;
                });

        assertThat(outcome).isEqualTo("still in time");
    }

    @Test
    void writeGivesUpAtItsDeadlineAndLeavesTheEndpointUsable() throws IOException {
        var connection = connection();
        var block = new byte[1 << 16];

        var error =
                org.assertj.core.api.Assertions.catchThrowable(() -> {
                    while (true) {
                        connection.client().write(block, 0, block.length, soon());
                    }
                });

        assertThat(error).isInstanceOf(SocketTimeoutException.class).hasMessage("Write timed out");
        assertThat(readAll(connection.server(), block.length)).hasSize(block.length);
        assertThat(connection.client().isOpen()).isTrue();
    }

    /// The JDK shuts its output down first, so that the peer may see the end instead.
    @Test
    void closingWithBytesUnreadResetsThePeer() throws IOException {
        var connection = connection();
        write(connection.client(), "never read");
        untilReadable(connection.server());

        connection.server().close();

        assertThatThrownBy(() -> read(connection.client()))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
        assertThatThrownBy(() -> read(connection.client())).isInstanceOf(SocketException.class);
    }
}
