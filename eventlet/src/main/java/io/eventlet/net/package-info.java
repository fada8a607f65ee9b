// SPDX-License-Identifier: Apache-2.0

/// Green sockets: [io.eventlet.net.GreenSocket] and [io.eventlet.net.GreenServerSocket] are sockets
/// of `java.net` whose operations block only the green thread that makes them, so that whatever
/// takes a socket or a socket factory takes these. TLS is in [io.eventlet.net.tls], servers in
/// [io.eventlet.net.server].
package io.eventlet.net;
