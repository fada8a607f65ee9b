// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.GreenThreadKilled;
import io.eventlet.wait.Waits;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.SocketException;

@Tag("portable-only")
class JdkEndpointTest extends EndpointSpecification {
    private final Network network = new JdkNetwork(Waits.PARKING);

    @Override
    Network network() {
        return network;
    }

    /// What portable mode cannot keep: the JDK ends a wait by closing the socket.
    @Test
    void aCancelledReadThrowsItsCauseAndClosesTheSocket() throws IOException {
        var connection = connection();
        var reader = waiting(() -> read(connection.server()));

        reader.kill();

        assertThatThrownBy(reader::await).hasCauseInstanceOf(GreenThreadKilled.class);
        assertThat(connection.server().isOpen()).isFalse();
        assertThatThrownBy(() -> read(connection.server())).isInstanceOf(SocketException.class);
    }
}
