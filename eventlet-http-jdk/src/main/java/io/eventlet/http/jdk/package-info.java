// SPDX-License-Identifier: Apache-2.0

/// The JDK's interface of HTTP servers on green threads. With this artifact among a program's,
/// `com.sun.net.httpserver.HttpServer.create` makes servers of `io.eventlet.http`.
@org.jspecify.annotations.NullMarked
package io.eventlet.http.jdk;
