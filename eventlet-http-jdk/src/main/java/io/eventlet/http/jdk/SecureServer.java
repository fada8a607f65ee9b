// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.jdk;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.Executor;

/// A server with TLS.
final class SecureServer extends HttpsServer {
    private final JdkServer server = new JdkServer(this, "https");
    private volatile @Nullable HttpsConfigurator configurator;

    @Override
    public void setHttpsConfigurator(HttpsConfigurator newConfigurator) {
        Objects.requireNonNull(newConfigurator);
        server.ensureNotStarted();
        configurator = newConfigurator;
    }

    @Override
    public @Nullable HttpsConfigurator getHttpsConfigurator() {
        return configurator;
    }

    @Override
    public void bind(InetSocketAddress address, int backlog) throws IOException {
        server.bind(address, backlog);
    }

    @Override
    public void start() {
        server.start(tls());
    }

    private HttpsConfigurator tls() {
        var known = configurator;
        if (known == null) {
            throw new IllegalStateException("the server has no HttpsConfigurator");
        }
        return known;
    }

    @Override
    public void stop(int delay) {
        server.stop(delay);
    }

    @Override
    public void setExecutor(@Nullable Executor executor) {
        server.setExecutor(executor);
    }

    @Override
    public @Nullable Executor getExecutor() {
        return server.executor();
    }

    @Override
    public HttpContext createContext(String path, HttpHandler handler) {
        return server.createContext(path, handler);
    }

    @Override
    public HttpContext createContext(String path) {
        return server.createContext(path);
    }

    @Override
    public void removeContext(String path) {
        server.contexts().remove(path);
    }

    @Override
    public void removeContext(HttpContext context) {
        server.contexts().remove(context);
    }

    @Override
    public @Nullable InetSocketAddress getAddress() {
        return server.address();
    }

    @Override
    public String toString() {
        return server.toString();
    }
}
