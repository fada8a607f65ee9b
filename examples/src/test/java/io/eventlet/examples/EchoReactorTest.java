// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreads;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedSelectorException;
import java.util.ArrayList;

/// A loop that selects, as in `asyncore`, and green threads on its hub.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EchoReactorTest {
    private static final int CLIENTS = 100;

    @Test
    void aLoopThatSelectsHoldsNoHub() throws Exception {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var clients = new ArrayList<GreenThread<String>>();
        var reactor = new EchoReactor(address);
        var loop = Eventlet.spawn(() -> loop(reactor));

        for (int i = 0; i < CLIENTS; i++) {
            var text = "line " + i;
            clients.add(Eventlet.spawn(() -> echo(reactor.port(), text)));
        }
        var answers = GreenThreads.awaitAll(clients);
        Eventlet.spawn(reactor::close).await();

        loop.await();
        assertThat(answers).doesNotHaveDuplicates().allMatch(answer -> answer.startsWith("line "));
        assertThat(answers).hasSize(CLIENTS);
    }

    private static void loop(EchoReactor reactor) throws Exception {
        try {
            reactor.loop();
        } catch (ClosedSelectorException _) {
            // that is how it ends
        }
    }

    /// On the hub of the loop too.
    private static String echo(int port, String text) throws Exception {
        try (var socket = Eventlet.connect("127.0.0.1", port)) {
            socket.getOutputStream().write(text.getBytes(US_ASCII));
            return new String(socket.getInputStream().readNBytes(text.length()), US_ASCII);
        }
    }
}
