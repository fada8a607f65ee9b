// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import io.eventlet.libraries.servers.Certificate;
import io.eventlet.libraries.servers.EchoServer;
import io.eventlet.libraries.servers.LocalServer;
import io.eventlet.libraries.servers.Nginx;

import java.io.IOException;

/// Two HTTP servers that answer questions: the JDK's, and an nginx over TLS that asks that one.
///
/// @param certificate of the nginx
record Site(EchoServer echo, LocalServer nginx, Certificate certificate) implements AutoCloseable {
    static Site open() throws IOException {
        var echo = EchoServer.start();
        var certificate = Certificate.make();
        return new Site(echo, Nginx.start(echo.port(), certificate), certificate);
    }

    /// Where to ask: every other question goes to the nginx.
    String url(long question, long millis) {
        return question % 2 == 0
                ? "http://127.0.0.1:%d/echo/%d/%d".formatted(echo.port(), question, millis)
                : secureUrl(question, millis);
    }

    /// Where to ask the nginx.
    String secureUrl(long question, long millis) {
        return "https://127.0.0.1:%d/echo/%d/%d".formatted(nginx.port(), question, millis);
    }

    @Override
    public void close() {
        nginx.close();
        echo.close();
    }
}
