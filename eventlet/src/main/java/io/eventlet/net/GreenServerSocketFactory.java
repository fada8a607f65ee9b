// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Objects;

import javax.net.ServerSocketFactory;

/// Makes green listeners for libraries that take a server socket factory. Thread-safe.
///
/// A timeout or a kill that ends a wait on one of them, or on what it accepts, closes it: see
/// [OnCancellation].
public final class GreenServerSocketFactory extends ServerSocketFactory {
    private static final GreenServerSocketFactory INSTANCE =
            new GreenServerSocketFactory(OnCancellation.CLOSE);

    private final OnCancellation then;

    /// For libraries that make one by the name of this class.
    public GreenServerSocketFactory() {
        this(OnCancellation.CLOSE);
    }

    private GreenServerSocketFactory(OnCancellation then) {
        this.then = then;
    }

    /// For libraries that ask for it by the name of this class: [#instance()].
    public static GreenServerSocketFactory getDefault() {
        return INSTANCE;
    }

    public static GreenServerSocketFactory instance() {
        return INSTANCE;
    }

    /// One whose listeners, and what they accept, are treated otherwise when a wait is cancelled.
    public static GreenServerSocketFactory of(OnCancellation then) {
        return new GreenServerSocketFactory(Objects.requireNonNull(then));
    }

    @Override
    public ServerSocket createServerSocket() {
        return made(new GreenServerSocket());
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return made(new GreenServerSocket(port));
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return made(new GreenServerSocket(port, backlog, null));
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
            throws IOException {
        return made(new GreenServerSocket(port, backlog, address));
    }

    private GreenServerSocket made(GreenServerSocket listener) {
        listener.setOnCancellation(then);
        return listener;
    }
}
