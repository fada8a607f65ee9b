// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;

import static java.net.StandardSocketOptions.TCP_NODELAY;

import io.eventlet.hub.HubStrand;
import io.eventlet.os.Sockets;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;

/// `TCP_NODELAY`, which is set when a write comes that it may concern: not the first.
@Tag("hub-only")
@Timeout(60)
@ExtendWith(NoLeaks.class)
class LateNoDelayTest extends EndpointScene {
    private static final int IPPROTO_TCP = 6;
    private static final int NUMBER = 1;

    @Override
    Network network() {
        return HubStrand.networkOfCaller();
    }

    static boolean isSetInTheKernel(Endpoint of) {
        var value = new int[1];
        int descriptor = ((DescriptorEndpoint) of).descriptor;
        assertThat(Sockets.getOption(descriptor, IPPROTO_TCP, NUMBER, value)).isZero();
        return value[0] != 0;
    }

    @Test
    void theFirstWriteIsMadeWithoutIt() throws IOException {
        var server = connection().server();
        server.setOption(TCP_NODELAY, true);

        write(server, "first");

        assertThat(isSetInTheKernel(server)).isFalse();
    }

    @Test
    void theSecondWriteIsMadeWithIt() throws IOException {
        var server = connection().server();
        server.setOption(TCP_NODELAY, true);

        write(server, "first");
        write(server, "second");

        assertThat(isSetInTheKernel(server)).isTrue();
    }

    @Test
    void urgentDataBehindAWriteIsSentWithIt() throws IOException {
        var server = connection().server();
        server.setOption(TCP_NODELAY, true);

        write(server, "first");
        server.sendUrgent('!');

        assertThat(isSetInTheKernel(server)).isTrue();
    }

    @Test
    void afterAWriteItIsSetAtOnce() throws IOException {
        var server = connection().server();
        write(server, "first");

        server.setOption(TCP_NODELAY, true);

        assertThat(isSetInTheKernel(server)).isTrue();
    }

    @Test
    void itIsToldAsSoonAsItIsAskedFor() throws IOException {
        var server = connection().server();

        server.setOption(TCP_NODELAY, true);

        assertThat(server.getOption(TCP_NODELAY)).isTrue();
    }

    @Test
    void whatWasTakenBackIsNotSet() throws IOException {
        var server = connection().server();
        server.setOption(TCP_NODELAY, true);
        server.setOption(TCP_NODELAY, false);

        write(server, "first");
        write(server, "second");

        assertThat(isSetInTheKernel(server)).isFalse();
        assertThat(server.getOption(TCP_NODELAY)).isFalse();
    }
}
