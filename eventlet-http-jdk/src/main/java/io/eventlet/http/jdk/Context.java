// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.jdk;

import com.sun.net.httpserver.Authenticator;
import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/// A path of a server and what handles it. Thread-safe.
final class Context extends HttpContext {
    private final HttpServer server;
    private final String path;
    private final Map<String, Object> attributes = new ConcurrentHashMap<>();
    private final List<Filter> filters = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable HttpHandler> handler = new AtomicReference<>();
    private final AtomicReference<@Nullable Authenticator> authenticator = new AtomicReference<>();

    Context(HttpServer server, String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("a path must begin with a slash: " + path);
        }
        this.server = server;
        this.path = path;
    }

    @Override
    public @Nullable HttpHandler getHandler() {
        return handler.get();
    }

    @Override
    public void setHandler(HttpHandler newHandler) {
        Objects.requireNonNull(newHandler);
        if (!handler.compareAndSet(null, newHandler)) {
            throw new IllegalArgumentException(path + " has a handler already");
        }
    }

    @Override
    public String getPath() {
        return path;
    }

    @Override
    public HttpServer getServer() {
        return server;
    }

    @Override
    public Map<String, Object> getAttributes() {
        return attributes;
    }

    @Override
    public List<Filter> getFilters() {
        return filters;
    }

    @Override
    public @Nullable Authenticator setAuthenticator(@Nullable Authenticator newAuthenticator) {
        return authenticator.getAndSet(newAuthenticator);
    }

    @Override
    public @Nullable Authenticator getAuthenticator() {
        return authenticator.get();
    }

    @Override
    public String toString() {
        return "context " + path;
    }
}
