// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import io.eventlet.Eventlet;
import io.eventlet.GreenPool;
import io.eventlet.http.server.FileHandler;
import io.eventlet.http.server.HttpServer;
import io.eventlet.hub.Hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// A server of files under load for some seconds, as [EchoTraining] is one of connections.
final class ServeTraining {
    private static final long LONGEST_NANOS = 3_000_000_000L;
    private static final int CLIENTS = 20;
    private static final int CONNECTIONS = 500;
    private static final int REQUESTS = 40;
    private static final String REQUEST =
            """
            GET %s HTTP/1.1
            Host: localhost
            User-Agent: training
            Accept: */*
            Accept-Encoding: gzip, br

            """
                    .replace("\n", "\r\n");
    private static final Pattern LENGTH = Pattern.compile("\r\nContent-Length: ([0-9]+)\r\n");

    private ServeTraining() {}

    static void run() throws IOException {
        long end = System.nanoTime() + LONGEST_NANOS;
        var directory = Files.createTempDirectory("eventlet-training");
        var file = Files.writeString(directory.resolve("a.txt"), "x".repeat(4096));
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var files = FileHandler.builder(directory).listings(true).build();
        try (var clients = Hub.start();
                var server = HttpServer.builder(files).address(anyPort).start()) {
            var address = server.address();
            Eventlet.spawnOn(clients, () -> load(address, end)).await();
        } finally {
            Files.delete(file);
            Files.delete(directory);
        }
    }

    private static void load(InetSocketAddress server, long end) {
        for (var ignored :
                new GreenPool(CLIENTS)
                        .imapUnordered(
                                number -> talk(server, number % 10 == 0 ? "/" : "/a.txt", end),
                                IntStream.range(0, CONNECTIONS).boxed())) {
            if (System.nanoTime() > end) {
                return;
            }
        }
    }

    private static int talk(InetSocketAddress server, String path, long end) throws IOException {
        byte[] request = REQUEST.formatted(path).getBytes(StandardCharsets.US_ASCII);
        try (var socket = Eventlet.connect(server)) {
            var in = socket.getInputStream();
            int rounds = 0;
            do {
                socket.getOutputStream().write(request);
                rounds++;
            } while (readResponse(in) && rounds < REQUESTS && System.nanoTime() < end);
            return rounds;
        }
    }

    /// False at the end of the stream.
    private static boolean readResponse(InputStream in) throws IOException {
        byte[] buffer = new byte[16_384];
        int count = 0;
        while (true) {
            int n = in.read(buffer, count, buffer.length - count);
            if (n <= 0) {
                return false;
            }
            count += n;
            var text = new String(buffer, 0, count, StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            var length = LENGTH.matcher(text);
            if (end >= 0 && length.find() && count >= end + 4 + Integer.parseInt(length.group(1))) {
                return true;
            }
        }
    }
}
