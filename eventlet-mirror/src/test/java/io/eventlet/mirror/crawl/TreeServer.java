// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpUrl;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Request;
import io.eventlet.http.server.Response;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/// A server of a tree that is in memory, which lists its directories as nginx does, and answers
/// some targets in another way.
final class TreeServer implements AutoCloseable {
    private final Map<String, String> files = new ConcurrentSkipListMap<>();
    private final Map<String, UnaryOperator<Response>> odd = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    TreeServer(String... paths) throws IOException {
        for (var path : paths) {
            files.put(path, "content of " + path);
        }
        server =
                HttpServer.builder(this::answer)
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .start();
    }

    void put(String path, String content) {
        files.put(path, content);
    }

    /// Changes what is answered to a target.
    void answer(String target, UnaryOperator<Response> change) {
        odd.put(target, change);
    }

    HttpUrl url(String target) {
        return HttpUrl.of("http://127.0.0.1:" + server.port() + target);
    }

    /// What has been asked for, in turn.
    List<String> targets() {
        return requests.stream().map(Request::target).toList();
    }

    /// The requests for that.
    List<Request> requests() {
        return requests;
    }

    Map<String, String> files() {
        return files;
    }

    private Response answer(Request request) {
        var target = request.target();
        requests.add(request);
        var change = odd.getOrDefault(target, UnaryOperator.identity());
        return change.apply(plain(request, target));
    }

    private Response plain(Request request, String target) {
        var content = files.get(target);
        if (content != null) {
            var tag = "\"%08x\"".formatted(content.hashCode());
            return tag.equals(request.headers().get("If-None-Match"))
                    ? Response.of(304).header("ETag", tag)
                    : Response.of(200)
                            .header("ETag", tag)
                            .header("Content-Type", "application/octet-stream")
                            .body(content.getBytes(StandardCharsets.UTF_8));
        }
        if (files.keySet().stream().anyMatch(path -> path.startsWith(target + "/"))) {
            return Response.redirect(301, target + "/");
        }
        return target.endsWith("/") ? listing(target) : Response.of(404);
    }

    private Response listing(String directory) {
        var names = new TreeSet<String>();
        for (var path : files.keySet()) {
            if (path.startsWith(directory)) {
                int slash = path.indexOf('/', directory.length());
                names.add(
                        path.substring(directory.length(), slash < 0 ? path.length() : slash + 1));
            }
        }
        var page = new StringBuilder("<title>Index of " + directory + "</title><pre>");
        page.append("<a href=\"../\">../</a>\n");
        names.forEach(name -> page.append("<a href=\"%s\">%s</a>\n".formatted(name, name)));
        return Response.html(page.toString());
    }

    @Override
    public void close() {
        var ignored = server.stop(Duration.ZERO); // some answers are never to end
    }
}
