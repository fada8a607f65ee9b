// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.net.GreenServerSocket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/// A server of the examples on a port that the system chooses, in a green thread.
final class RunningServer implements AutoCloseable {
    private final GreenServerSocket listener;
    private final GreenThread<?> server;

    /// What an example does with its listener.
    interface Program {
        void serve(GreenServerSocket listener) throws IOException;
    }

    private RunningServer(GreenServerSocket listener, Program program) {
        this.listener = listener;
        server = Eventlet.spawn(() -> program.serve(listener));
    }

    static RunningServer start(Program program) throws IOException {
        return new RunningServer(Eventlet.listen("127.0.0.1", 0), program);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /// A connection by a socket of the JDK.
    Socket connect() throws IOException {
        return new Socket(address().getAddress(), address().getPort());
    }

    @Override
    public void close() throws IOException {
        server.kill();
        assertThatThrownBy(server::await).hasCauseInstanceOf(GreenThreadKilled.class);
        listener.close();
    }
}
