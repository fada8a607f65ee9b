// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks.workers;

import io.eventlet.Eventlet;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Request;
import io.eventlet.http.server.Response;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A server of directories and files of 4 KB, which answers after a time. What it has measured is
/// at `/measured`: requests, those beyond the first of each URL, and how many there were at once.
///
/// Arguments: port, directories, files of each, milliseconds of an answer, address (loopback).
public final class Site {
    private static final int FILE_BYTES = 4096;

    private static final Set<String> ASKED = ConcurrentHashMap.newKeySet();
    private static final AtomicInteger REQUESTS = new AtomicInteger();
    private static final AtomicInteger AT_ONCE = new AtomicInteger();
    private static final AtomicInteger MOST = new AtomicInteger();

    private Site() {}

    public static void main(String... args) throws IOException {
        int directories = Integer.parseInt(args[1]);
        int files = Integer.parseInt(args[2]);
        var answer = Duration.ofMillis(Long.parseLong(args[3]));
        var address =
                args.length > 4 ? InetAddress.ofLiteral(args[4]) : InetAddress.getLoopbackAddress();
        HttpServer.builder(request -> answer(request, directories, files, answer))
                .address(new InetSocketAddress(address, Integer.parseInt(args[0])))
                .start();
        Eventlet.sleep(Duration.ofDays(1));
    }

    private static Response answer(Request request, int directories, int files, Duration answer) {
        var target = request.target();
        if (target.equals("/measured")) {
            int requests = REQUESTS.get();
            return Response.text(
                    "%d %d %d%n".formatted(requests, requests - ASKED.size(), MOST.get()));
        }
        REQUESTS.incrementAndGet();
        ASKED.add(target);
        MOST.accumulateAndGet(AT_ONCE.incrementAndGet(), Math::max);
        try {
            Eventlet.sleep(answer);
            return answer(target, directories, files);
        } finally {
            AT_ONCE.decrementAndGet();
        }
    }

    private static Response answer(String target, int directories, int files) {
        if (target.equals("/")) {
            return listing(target, "d%d/", directories);
        }
        if (target.endsWith("/")) {
            return listing(target, "f%d", files);
        }
        return Response.of(200)
                .header("ETag", "\"1\"")
                .header("Content-Type", "application/octet-stream")
                .body(content(target));
    }

    /// Its path, line after line.
    private static byte[] content(String target) {
        var line = target + "\n";
        var text = line.repeat(FILE_BYTES / line.length() + 1).substring(0, FILE_BYTES);
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static Response listing(String directory, String names, int count) {
        var page = new StringBuilder("<title>Index of " + directory + "</title><pre>");
        for (int i = 0; i < count; i++) {
            var name = names.formatted(i);
            page.append("<a href=\"%s\">%s</a>\n".formatted(name, name));
        }
        return Response.html(page.toString());
    }
}
