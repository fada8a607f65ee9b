// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks.workers;

import io.eventlet.Eventlet;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Request;
import io.eventlet.http.server.Response;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/// A server of directories and files of 4 KB, which answers after a time.
///
/// Arguments: port, directories, files of each, milliseconds of an answer.
public final class Site {
    private static final byte[] CONTENT = new byte[4096];

    private Site() {}

    public static void main(String... args) throws IOException {
        int directories = Integer.parseInt(args[1]);
        int files = Integer.parseInt(args[2]);
        var answer = Duration.ofMillis(Long.parseLong(args[3]));
        HttpServer.builder(request -> answer(request, directories, files, answer))
                .address(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])))
                .start();
        Eventlet.sleep(Duration.ofDays(1));
    }

    private static Response answer(Request request, int directories, int files, Duration answer) {
        Eventlet.sleep(answer);
        var target = request.target();
        if (target.equals("/")) {
            return listing(target, "d%d/", directories);
        }
        if (target.endsWith("/")) {
            return listing(target, "f%d", files);
        }
        return Response.of(200)
                .header("ETag", "\"1\"")
                .header("Content-Type", "application/octet-stream")
                .body(CONTENT);
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
