// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.proxy;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.time.Duration;

import javax.net.ssl.SSLContext;

/// How a proxy is to be: see the options of [ProxyCommand].
record ProxySettings(
        InetSocketAddress address,
        int hubs,
        int limit,
        Duration patience,
        Duration timeout,
        boolean keepsHost,
        boolean insecure,
        boolean verbose,
        @Nullable SSLContext tls) {}
