// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/// A proxy as the command sees it.
sealed interface RunningProxy extends AutoCloseable permits HttpProxyServer, StreamProxyServer {
    /// Listens and begins to pass on.
    void start() throws IOException;

    InetSocketAddress address();

    /// Accepts no more, and lets what is under way end within a time.
    void stop(Duration grace);

    @Override
    void close();
}
