// SPDX-License-Identifier: Apache-2.0

/// Green sockets and what stands on them.
///
/// [io.eventlet.net.GreenSocket] and [io.eventlet.net.GreenServerSocket] are sockets of `java.net`
/// whose operations block only the green thread that makes them, so that whatever takes a socket or
/// a socket factory takes these. [io.eventlet.net.GreenServer] accepts connections and gives each
/// to a green thread.
package io.eventlet.net;
