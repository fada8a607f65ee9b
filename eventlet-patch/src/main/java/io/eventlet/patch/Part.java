// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch;

/// A part of the JDK that [Patcher] can make wait on hubs. There may be more in later versions.
public enum Part {
    /// Sockets, listeners, channels of sockets and datagrams, pipes of channels, and selectors.
    SOCKET
}
