// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import io.eventlet.cli.mirror.Rehearsal;
import io.eventlet.http.server.FileHandler;
import io.eventlet.http.server.HttpServer;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;

/// Copies of a tree of many small files and a few larger ones over loopback, as [FetchTraining] is
/// one of a list: begun, begun anew, and looked through for changes. The launcher lets a JVM watch
/// it that has the quick compiler only, and makes the cache for `mirror` of that.
final class MirrorTraining {
    private static final int DIRECTORIES = 40;
    private static final int FILES = 40; // in each
    private static final int SMALL = 4096; // bytes
    private static final int LARGE = 4 << 20;

    private MirrorTraining() {}

    public static void main(String... args) throws IOException {
        Logging.install();
        run();
        System.exit(0);
    }

    private static void run() throws IOException {
        var directory = Files.createTempDirectory("eventlet-training");
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var site = tree(directory.resolve("site"));
        try (var server =
                HttpServer.builder(FileHandler.builder(site).listings(true).build())
                        .address(anyPort)
                        .hubs(2) // of its own, because the caller's fetches
                        .start()) {
            var url = "http://127.0.0.1:" + server.port() + "/";
            var copy = directory.resolve("copy").toString();
            Rehearsal.beginFor("mirror", url, copy);
            mirror(url, copy);
            mirror("--fresh", url, copy);
            mirror("--json", url, copy);
            mirror("--report", copy);
        } finally {
            delete(directory);
        }
    }

    private static Path tree(Path top) throws IOException {
        var small = new byte[SMALL];
        for (int d = 0; d < DIRECTORIES; d++) {
            var directory = Files.createDirectories(top.resolve("d" + d));
            for (int f = 0; f < FILES; f++) {
                Files.write(directory.resolve("file-" + f), small);
            }
        }
        Files.write(top.resolve("large"), new byte[LARGE]);
        return top;
    }

    private static void mirror(String... options) {
        var words = new String[options.length + 1];
        words[0] = "mirror";
        System.arraycopy(options, 0, words, 1, options.length);
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
