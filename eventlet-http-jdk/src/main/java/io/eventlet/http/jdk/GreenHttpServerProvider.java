// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.jdk;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import com.sun.net.httpserver.spi.HttpServerProvider;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;

/// Makes servers of the JDK's interface, `com.sun.net.httpserver`, that serve as those of
/// `io.eventlet.http.server` do: so that what was written for the JDK's server, such as
/// `SimpleFileServer` and runtimes of JAX-RS, runs on green threads unchanged.
///
/// The JDK finds it by itself once it is on the class path or the module path, as the service that
/// it is. A program that wants both kinds asks this one directly:
///
/// ```java
/// HttpServer server = new GreenHttpServerProvider().createHttpServer(address, 0);
/// ```
///
/// Without an executor of the caller's, each request is handled in a green thread of its own, on
/// the hub of who starts the server: at once with others, where the JDK's server handles one after
/// another. What a client may ask for is limited, as [io.eventlet.http.server.ServerLimits] says,
/// but for the length of a body and the time of a handler.
public final class GreenHttpServerProvider extends HttpServerProvider {
    /// For the JDK.
    public GreenHttpServerProvider() {}

    @Override
    public HttpServer createHttpServer(@Nullable InetSocketAddress address, int backlog)
            throws IOException {
        var server = new PlainServer();
        if (address != null) {
            server.bind(address, backlog);
        }
        return server;
    }

    @Override
    public HttpsServer createHttpsServer(@Nullable InetSocketAddress address, int backlog)
            throws IOException {
        var server = new SecureServer();
        if (address != null) {
            server.bind(address, backlog);
        }
        return server;
    }
}
