// SPDX-License-Identifier: Apache-2.0

/// TLS on green sockets: [io.eventlet.net.tls.GreenSslSocket] is an `SSLSocket` whose operations
/// block only the green thread that makes them. [io.eventlet.net.tls.GreenSslSocketFactory] makes
/// them, also for libraries that take a socket factory.
package io.eventlet.net.tls;
