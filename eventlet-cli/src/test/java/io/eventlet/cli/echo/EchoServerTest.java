// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.echo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

@Timeout(60)
class EchoServerTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final int SMALL_PIPE = 200; // bytes: room for the greeting and some connections

    @Test
    void aReaderWhoStopsReadingStopsNoConnection() throws Exception {
        var reader = new PipedInputStream(SMALL_PIPE);
        var out = new PrintWriter(new PipedOutputStream(reader), true, StandardCharsets.UTF_8);
        var settings =
                new EchoServer.Settings(
                        new InetSocketAddress(HERE, 0), 1, false, 100, false, null, Duration.ZERO);
        var err = new PrintWriter(Writer.nullWriter());
        var server = new EchoServer(settings, Detail.CONNECTIONS, out, err);
        Thread thread = Thread.ofPlatform().daemon().start(server::run);
        int port = port(readLine(reader));

        try {
            for (int i = 0; i < 30; i++) {
                assertThat(echo("hello", port)).isEqualTo("hello");
            }
        } finally {
            reader.close();
            thread.interrupt();
            thread.join();
        }
    }

    /// One line, and nothing of those that follow it.
    private static String readLine(PipedInputStream reader) throws Exception {
        var line = new StringBuilder();
        int c;
        while ((c = reader.read()) != '\n') {
            line.append((char) c);
        }
        return line.toString();
    }

    private static int port(String greeting) {
        String address = greeting.split(" ", 4)[2];
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private static String echo(String text, int port) throws Exception {
        try (var client = new Socket(HERE, port)) {
            client.setSoTimeout(20_000); // an interrupt would not end a read that hangs
            client.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            client.shutdownOutput();
            var answer = new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8);
            return new BufferedReader(answer).readLine();
        }
    }
}
