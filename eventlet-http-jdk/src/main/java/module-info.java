// SPDX-License-Identifier: Apache-2.0

/// The JDK's interface of HTTP servers, `com.sun.net.httpserver`, on the server of
/// `io.eventlet.http`.
@org.jspecify.annotations.NullMarked
module io.eventlet.http.jdk {
    requires static org.jspecify;
    requires io.eventlet.http;
    requires transitive jdk.httpserver;

    exports io.eventlet.http.jdk;

    provides com.sun.net.httpserver.spi.HttpServerProvider with
            io.eventlet.http.jdk.GreenHttpServerProvider;
}
