// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.http.server.FileHandler;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Request;
import io.eventlet.http.server.Response;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// A server of the files of a directory, with listings, which answers some paths in another way.
final class FileSite implements AutoCloseable {
    private final Path root;
    private final Map<String, Function<Request, Response>> odd = new ConcurrentHashMap<>();
    private final List<String> targets = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    FileSite(Path root) throws IOException {
        this.root = root;
        var files = FileHandler.builder(root).listings(true).build();
        server =
                HttpServer.builder(
                                request -> {
                                    targets.add(request.target());
                                    var change = odd.get(request.target());
                                    return change == null
                                            ? files.handle(request)
                                            : change.apply(request);
                                })
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .start();
    }

    /// A file, with its path as its content.
    FileSite with(String path) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, path);
        return this;
    }

    FileSite answering(String target, Function<Request, Response> answer) {
        odd.put(target, answer);
        return this;
    }

    String url(String target) {
        return "http://127.0.0.1:" + server.port() + target;
    }

    /// The directory of a copy in which its files are.
    String host() {
        return "127.0.0.1+" + server.port();
    }

    /// What has been asked for, in turn.
    List<String> targets() {
        return targets;
    }

    @Override
    public void close() {
        server.close();
    }
}
