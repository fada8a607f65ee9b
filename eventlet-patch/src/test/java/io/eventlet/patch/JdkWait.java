// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/// The calls of the JDK that wait for a descriptor, each with what it waits for.
enum JdkWait {
    SOCKET_READ {
        @Override
        void open(Scene scene) throws IOException {
            var pair = scene.sockets();
            scene.is(
                    pair.server(),
                    () -> pair.server().getInputStream().read(),
                    () -> pair.client().getOutputStream().write(1));
        }
    },

    SOCKET_WRITE {
        @Override
        void open(Scene scene) throws IOException {
            var pair = scene.sockets();
            scene.is(
                    pair.server(),
                    () -> pair.server().getOutputStream().write(new byte[SO_MUCH]),
                    () -> pair.client().getInputStream().readNBytes(SO_MUCH));
        }
    },

    ACCEPT {
        @Override
        void open(Scene scene) throws IOException {
            var listener = scene.add(new ServerSocket(0, 1, LOOPBACK));
            scene.is(
                    listener,
                    () -> scene.add(listener.accept()),
                    () -> scene.add(new Socket(LOOPBACK, listener.getLocalPort())));
        }
    },

    CHANNEL_READ {
        @Override
        void open(Scene scene) throws IOException {
            var pair = scene.channels();
            scene.is(
                    pair.server(),
                    () -> pair.server().read(ByteBuffer.allocate(1)),
                    () -> pair.client().write(ByteBuffer.allocate(1)));
        }
    },

    CHANNEL_WRITE {
        @Override
        void open(Scene scene) throws IOException {
            var pair = scene.channels();
            scene.is(
                    pair.server(), () -> writeFully(pair.server()), () -> readFully(pair.client()));
        }
    },

    CHANNEL_ACCEPT {
        @Override
        void open(Scene scene) throws IOException {
            var listener = scene.add(ServerSocketChannel.open());
            listener.bind(new InetSocketAddress(LOOPBACK, 0));
            scene.is(
                    listener,
                    () -> scene.add(listener.accept()),
                    () -> scene.add(SocketChannel.open(listener.getLocalAddress())));
        }
    },

    DATAGRAM_RECEIVE {
        @Override
        void open(Scene scene) throws IOException {
            var socket = scene.add(new DatagramSocket(0, LOOPBACK));
            var packet = new DatagramPacket(new byte[1], 1);
            scene.is(
                    socket,
                    () -> socket.receive(packet),
                    () ->
                            scene.add(new DatagramSocket())
                                    .send(
                                            new DatagramPacket(
                                                    new byte[1],
                                                    1,
                                                    socket.getLocalSocketAddress())));
        }
    },

    DATAGRAM_CHANNEL_RECEIVE {
        @Override
        void open(Scene scene) throws IOException {
            var channel = scene.add(DatagramChannel.open());
            channel.bind(new InetSocketAddress(LOOPBACK, 0));
            scene.is(
                    channel,
                    () -> channel.receive(ByteBuffer.allocate(1)),
                    () ->
                            scene.add(DatagramChannel.open())
                                    .send(ByteBuffer.allocate(1), channel.getLocalAddress()));
        }
    },

    PIPE_READ {
        @Override
        void open(Scene scene) throws IOException {
            var pipe = scene.pipe();
            scene.is(
                    pipe.source(),
                    () -> pipe.source().read(ByteBuffer.allocate(1)),
                    () -> pipe.sink().write(ByteBuffer.allocate(1)));
        }
    },

    PIPE_WRITE {
        @Override
        void open(Scene scene) throws IOException {
            var pipe = scene.pipe();
            scene.is(pipe.sink(), () -> writeFully(pipe.sink()), () -> readFully(pipe.source()));
        }
    },

    SELECT {
        @Override
        void open(Scene scene) throws IOException {
            var pipe = scene.pipe();
            var selector = scene.add(Selector.open());
            pipe.source().configureBlocking(false);
            var ignored = pipe.source().register(selector, SelectionKey.OP_READ);
            scene.is(
                    selector,
                    () -> {
                        if (selector.select() == 0) { // woken up, or interrupted
                            throw new ClosedSelectorException();
                        }
                    },
                    () -> pipe.sink().write(ByteBuffer.allocate(1)));
        }
    };

    static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int SO_MUCH = 16 << 20; // more than the kernel keeps

    /// Something of the JDK that may wait.
    @FunctionalInterface
    interface Call {
        void run() throws IOException;
    }

    /// A wait, what ends it well, and what closes that on which it waits.
    static final class Scene implements AutoCloseable {
        private final Deque<AutoCloseable> opened = new ArrayDeque<>();
        private AutoCloseable waitedOn = () -> {};
        private Call wait = () -> {};
        private Call satisfaction = () -> {};

        record Sockets(Socket client, Socket server) {}

        record Channels(SocketChannel client, SocketChannel server) {}

        private void is(AutoCloseable on, Call waiting, Call satisfying) {
            waitedOn = on;
            wait = waiting;
            satisfaction = satisfying;
        }

        private <T extends AutoCloseable> T add(T closeable) {
            opened.push(closeable);
            return closeable;
        }

        private Sockets sockets() throws IOException {
            try (var listener = new ServerSocket(0, 1, LOOPBACK)) {
                var client = add(new Socket(LOOPBACK, listener.getLocalPort()));
                return new Sockets(client, add(listener.accept()));
            }
        }

        private Channels channels() throws IOException {
            try (var listener = ServerSocketChannel.open()) {
                listener.bind(new InetSocketAddress(LOOPBACK, 0));
                var client = add(SocketChannel.open(listener.getLocalAddress()));
                return new Channels(client, add(listener.accept()));
            }
        }

        private Pipe pipe() throws IOException {
            var pipe = Pipe.open();
            add(pipe.source());
            add(pipe.sink());
            return pipe;
        }

        /// Waits until it is satisfied: true; or until what it waits on is closed: false.
        boolean await() throws IOException {
            try {
                wait.run();
                return true;
            } catch (SocketException | ClosedChannelException | ClosedSelectorException e) {
                return false;
            }
        }

        /// As [#await], and throws whatever the JDK does.
        void awaitOrThrow() throws IOException {
            wait.run();
        }

        void satisfy() throws IOException {
            satisfaction.run();
        }

        void closeWaitedOn() {
            close(waitedOn);
        }

        private static void close(AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            while (!opened.isEmpty()) {
                close(opened.pop());
            }
        }
    }

    abstract void open(Scene scene) throws IOException;

    Scene open() throws IOException {
        var scene = new Scene();
        open(scene);
        return scene;
    }

    private static void writeFully(WritableByteChannel to) throws IOException {
        var buffer = ByteBuffer.allocate(SO_MUCH);
        while (buffer.hasRemaining()) {
            to.write(buffer);
        }
    }

    private static void readFully(ReadableByteChannel from) throws IOException {
        var buffer = ByteBuffer.allocate(SO_MUCH);
        while (buffer.hasRemaining() && from.read(buffer) >= 0) {}
    }
}
