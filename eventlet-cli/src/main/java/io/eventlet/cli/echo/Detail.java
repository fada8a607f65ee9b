// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.echo;

/// How much the echo server says.
enum Detail {
    /// Errors only.
    NONE,
    /// That it serves, and that it stopped.
    STATE,
    /// Each connection besides.
    CONNECTIONS
}
