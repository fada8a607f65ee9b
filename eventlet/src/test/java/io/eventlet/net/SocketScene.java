// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/// Where sockets come from, and what they are connected to.
final class SocketScene implements AutoCloseable {
    private final boolean green;
    private final ServerSocket peers;
    private final List<Closeable> opened = new ArrayList<>();

    SocketScene(boolean green) throws IOException {
        this.green = green;
        peers = keep(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    }

    <T extends Closeable> T keep(T t) {
        opened.add(t);
        return t;
    }

    Socket socket() throws IOException {
        return keep(green ? new GreenSocket() : new Socket());
    }

    ServerSocket listener() throws IOException {
        return keep(green ? new GreenServerSocket() : new ServerSocket());
    }

    Socket boundSocket() throws IOException {
        var socket = socket();
        socket.bind(local(0));
        return socket;
    }

    ServerSocket bound() throws IOException {
        var listener = listener();
        listener.bind(local(0));
        return listener;
    }

    SocketAddress peer() {
        return peers.getLocalSocketAddress();
    }

    Socket connected() throws IOException {
        var socket = socket();
        socket.connect(peer());
        keep(peers.accept());
        return socket;
    }

    Socket closed() throws IOException {
        var socket = connected();
        socket.close();
        return socket;
    }

    static InetSocketAddress local(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public void close() throws IOException {
        for (var one : opened) {
            one.close();
        }
    }

    interface Question {
        Object ask(SocketScene scene) throws Exception;
    }

    /// The answer, with ports, which differ, left out.
    static String answer(Question question, boolean green) throws Exception {
        try (var scene = new SocketScene(green)) {
            String answer;
            try {
                answer = String.valueOf(question.ask(scene));
            } catch (SocketTimeoutException e) {
                answer = e.toString();
            } catch (IOException e) { // the message may say more than the JDK's
                answer = e.getClass().getName();
            } catch (RuntimeException e) {
                answer = e.getClass().getName();
            }
            return answer.replaceAll("\\d{4,}", "PORT")
                    .replaceAll("@[0-9a-f]+", "")
                    .replace("Green", "");
        }
    }
}
