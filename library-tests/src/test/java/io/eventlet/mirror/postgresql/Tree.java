// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import io.eventlet.Eventlet;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Request;
import io.eventlet.http.server.Response;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A server of files in directories, which takes its time, and notes how often each was asked for
/// and how many requests there were at once.
final class Tree implements AutoCloseable {
    private static final int FILE_BYTES = 3_000;

    private final int directories;
    private final int files; // of each
    private final Duration answer;
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final HttpServer server;

    /// @param answer how long each answer takes
    Tree(int directories, int files, Duration answer) throws IOException {
        this.directories = directories;
        this.files = files;
        this.answer = answer;
        server =
                HttpServer.builder(this::answer)
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .start();
    }

    String url() {
        return "http://127.0.0.1:" + server.port() + "/";
    }

    /// How many requests have been answered.
    int answered() {
        return answered.get();
    }

    /// How many there were at most at the same time.
    int mostAtOnce() {
        return most.get();
    }

    /// How many pages and files there are.
    int size() {
        return 1 + directories + directories * files;
    }

    /// How many requests there were beyond the first of each.
    int repeated() {
        return asked.values().stream().mapToInt(AtomicInteger::get).map(n -> n - 1).sum();
    }

    /// What a copy has to be: the files by their paths.
    Map<String, String> expected() {
        var expected = new TreeMap<String, String>();
        for (int i = 0; i < directories; i++) {
            for (int j = 0; j < files; j++) {
                var path = "d%d/f%d".formatted(i, j);
                expected.put(path, content("/" + path));
            }
        }
        return expected;
    }

    /// What is below a directory, but for what a mirror keeps of its own.
    static Map<String, String> read(Path directory) throws IOException {
        var found = new TreeMap<String, String>();
        try (var paths = Files.walk(directory)) {
            for (var path : paths.filter(Files::isRegularFile).toList()) {
                var name = directory.relativize(path).toString();
                if (!name.startsWith(".eventlet-mirror")) {
                    found.put(name, Files.readString(path));
                }
            }
        }
        return found;
    }

    private Response answer(Request request) {
        asked.computeIfAbsent(request.target(), _ -> new AtomicInteger()).incrementAndGet();
        most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        try {
            Eventlet.sleep(answer);
            return answered(request.target());
        } finally {
            atOnce.decrementAndGet();
            answered.incrementAndGet();
        }
    }

    private Response answered(String target) {
        if (target.equals("/")) {
            return listing(target, "d%d/", directories);
        }
        if (target.endsWith("/")) {
            return listing(target, "f%d", files);
        }
        return Response.of(200)
                .header("ETag", "\"1\"")
                .header("Content-Type", "application/octet-stream")
                .body(content(target).getBytes(StandardCharsets.UTF_8));
    }

    private static String content(String target) {
        return (target + "\n").repeat(FILE_BYTES / (target.length() + 1));
    }

    private static Response listing(String directory, String names, int count) {
        var page = new StringBuilder("<title>Index of " + directory + "</title><pre>");
        for (int i = 0; i < count; i++) {
            var name = names.formatted(i);
            page.append("<a href=\"%s\">%s</a>\n".formatted(name, name));
        }
        return Response.html(page.toString());
    }

    @Override
    public void close() {
        server.close();
    }
}
