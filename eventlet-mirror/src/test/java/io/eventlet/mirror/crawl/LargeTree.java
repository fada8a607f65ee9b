// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpUrl;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Request;
import io.eventlet.http.server.Response;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/// A server of many files, small and large, that answers ranges, and records from which byte each
/// file was asked for.
final class LargeTree implements AutoCloseable {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-");
    private static final int PIECE = 16 * 1024;

    private final Map<String, byte[]> files = new TreeMap<>();
    private final List<Sent> sent = new CopyOnWriteArrayList<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger round = new AtomicInteger();
    private final LongConsumer watcher;
    private final HttpServer server;

    /// A body of which at least one byte was sent.
    record Sent(String path, long from) {}

    /// @param watcher is told how many bytes have been sent in a round
    LargeTree(Random random, int small, int large, int largeBytes, LongConsumer watcher)
            throws IOException {
        this.watcher = watcher;
        for (int i = 0; i < small; i++) {
            put("/d%d/small%d.bin".formatted(i % 10, i), random, random.nextInt(20_000));
        }
        for (int i = 0; i < large; i++) {
            put("/large%d.bin".formatted(i), random, largeBytes + i);
        }
        server =
                HttpServer.builder(this::answer)
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .start();
    }

    private void put(String path, Random random, int length) {
        var content = new byte[length];
        random.nextBytes(content);
        files.put(path, content);
    }

    HttpUrl url(String path) {
        return HttpUrl.of("http://127.0.0.1:" + server.port() + path);
    }

    Map<String, byte[]> files() {
        return files;
    }

    long size() {
        return files.values().stream().mapToLong(content -> content.length).sum();
    }

    /// Begins to count again, and returns what requests have to say by `Round` to be counted: those
    /// of a process that was killed may be answered later.
    String newRound() {
        sent.clear();
        bytes.set(0);
        return Integer.toString(round.incrementAndGet());
    }

    /// What has been sent in this round.
    List<Sent> sent() {
        return sent;
    }

    private Response answer(Request request) {
        var path = request.target();
        var content = files.get(path);
        if (content == null) {
            return path.endsWith("/") ? listing(path) : Response.of(404);
        }
        var tag = "\"%08x\"".formatted(path.hashCode());
        if (tag.equals(request.header("If-None-Match"))) {
            return Response.of(304).header("ETag", tag);
        }
        var range = RANGE.matcher(request.headers().get("Range", ""));
        int from = 0;
        if (range.matches() && tag.equals(request.header("If-Range"))) {
            from = Integer.parseInt(range.group(1));
        }
        var response =
                from == 0
                        ? Response.of(200)
                        : Response.of(206)
                                .header(
                                        "Content-Range",
                                        "bytes %d-%d/%d"
                                                .formatted(
                                                        from, content.length - 1, content.length));
        boolean counted = request.headers().get("Round", "").equals(round.toString());
        return body(response.header("ETag", tag), path, content, from, counted);
    }

    private Response body(
            Response response, String path, byte[] content, int begin, boolean counted) {
        return response.body(
                out -> {
                    if (counted && content.length > begin) {
                        sent.add(new Sent(path, begin));
                    }
                    for (int from = begin; from < content.length; from += PIECE) {
                        int count = Math.min(PIECE, content.length - from);
                        out.write(content, from, count);
                        out.flush();
                        if (counted) {
                            watcher.accept(bytes.addAndGet(count));
                        }
                    }
                },
                content.length - begin);
    }

    private Response listing(String directory) {
        var page = new StringBuilder("<title>Index of " + directory + "</title><pre>");
        files.keySet().stream()
                .filter(path -> path.startsWith(directory))
                .map(path -> path.substring(directory.length()))
                .map(path -> path.substring(0, path.indexOf('/') + 1))
                .distinct()
                .filter(name -> !name.isEmpty())
                .forEach(name -> page.append("<a href=\"%s\">%s</a>\n".formatted(name, name)));
        files.keySet().stream()
                .filter(path -> path.lastIndexOf('/') == directory.length() - 1)
                .filter(path -> path.startsWith(directory))
                .map(path -> path.substring(directory.length()))
                .forEach(name -> page.append("<a href=\"%s\">%s</a>\n".formatted(name, name)));
        return Response.html(page.toString());
    }

    @Override
    public void close() {
        server.close();
    }
}
