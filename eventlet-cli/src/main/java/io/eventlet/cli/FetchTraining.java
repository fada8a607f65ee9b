// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Response;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.IntStream;

/// A crawl of many small files over loopback, saved and counted, so that the profiles in the AOT
/// cache are those of one.
final class FetchTraining {
    private static final int FILES = 3_000;
    private static final int SIZE = 4096; // bytes
    private static final int CONCURRENCY = 50;

    private FetchTraining() {}

    static void run() throws IOException {
        var directory = Files.createTempDirectory("eventlet-training");
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var body = new byte[SIZE];
        try (var server =
                HttpServer.builder(_ -> Response.of(200).body(body))
                        .address(anyPort)
                        .hubs(2) // of its own, because the caller's fetches
                        .start()) {
            var urls =
                    IntStream.range(0, FILES)
                            .mapToObj(i ->
                                    "http://127.0.0.1:%d/%d/%d".formatted(server.port(), i % 50, i))
                            .toList();
            var list = Files.write(directory.resolve("urls"), urls);
            fetch("-i", list.toString(), "-o", directory.resolve("files").toString());
            fetch("-i", list.toString(), "--json");
        } finally {
            delete(directory);
        }
    }

    private static void fetch(String... options) {
        var words = new String[options.length + 2];
        words[0] = "fetch";
        words[1] = "--concurrency=" + CONCURRENCY;
        System.arraycopy(options, 0, words, 2, options.length);
        Main.run(
                new Terminal(false, false, Map.of()),
                new PrintWriter(Writer.nullWriter()),
                new PrintWriter(Writer.nullWriter()),
                words);
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
