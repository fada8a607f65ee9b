// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch;

/// A part of the JDK that [Patcher] can make wait on hubs. There may be more in later versions.
public enum Part {
    /// Sockets, listeners, channels of sockets and datagrams, pipes of channels, and selectors.
    SOCKET,

    /// The names of hosts: `java.net.InetAddress`. Needs `eventlet-dns` on the path of the JVM.
    DNS,

    /// `new Thread` in the classes of the program, and timers that are daemons. Needs the agent.
    THREAD,

    /// The JDK's executors and asynchronous stages, where the program's classes do not say which
    /// threads they are to have. Needs the agent.
    EXECUTOR,

    /// The streams and the end of child processes that the program's classes start. Needs the
    /// agent.
    PROCESS,

    /// Files: never patched, since no hub can wait for one. [Patcher#report()] says what helps.
    FILE
}
