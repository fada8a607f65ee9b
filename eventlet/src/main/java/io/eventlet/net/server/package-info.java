// SPDX-License-Identifier: Apache-2.0

/// Servers: [io.eventlet.net.server.GreenServer] accepts connections, does TLS with them if it is
/// told to, and gives each to a green thread.
package io.eventlet.net.server;
