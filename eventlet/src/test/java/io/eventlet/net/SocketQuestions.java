// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import jdk.net.ExtendedSocketOptions;

import org.junit.jupiter.params.provider.Arguments;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// What is asked of sockets and listeners, in each of their states, by [SocketParityTest].
final class SocketQuestions {
    private SocketQuestions() {}

    private interface Of<S> {
        Object ask(S socket) throws Exception;
    }

    private static Arguments of(String name, SocketScene.Question question) {
        return Arguments.of(name, question);
    }

    private static final List<Arguments> QUESTIONS = new ArrayList<>();
    private static final int REPETITIONS; // where they begin among the questions

    static {
        everything("unconnected", SocketScene::socket);
        everything("connected", SocketScene::connected);
        everything("closed", SocketScene::closed);
        valuesOfOptions("connected", SocketScene::connected);
        valuesOfOptions("closed", SocketScene::closed);
        everything("bound", SocketScene::boundSocket);
        everythingOfListener("unbound listener", SocketScene::listener);
        everythingOfListener("bound listener", SocketScene::bound);
        everythingOfListener(
                "closed listener",
                scene -> {
                    var listener = scene.bound();
                    listener.close();
                    return listener;
                });
        QUESTIONS.add(
                of(
                        "connect twice",
                        scene -> {
                            var socket = scene.connected();
                            socket.connect(scene.peer());
                            return socket;
                        }));
        QUESTIONS.add(of("connect closed", scene -> connect(scene.closed(), scene.peer())));
        QUESTIONS.add(of("connect to null", scene -> connect(scene.socket(), null)));
        QUESTIONS.add(
                of(
                        "connect to what is no internet address",
                        scene -> connect(scene.socket(), new SocketAddress() {})));
        QUESTIONS.add(
                of(
                        "connect within a negative time",
                        scene -> {
                            scene.socket().connect(scene.peer(), -1);
                            return "connected";
                        }));
        QUESTIONS.add(
                of(
                        "bind twice",
                        scene -> {
                            var socket = scene.socket();
                            socket.bind(SocketScene.local(0));
                            socket.bind(SocketScene.local(0));
                            return "bound";
                        }));
        QUESTIONS.add(
                of(
                        "bind a connected one",
                        scene -> {
                            scene.connected().bind(SocketScene.local(0));
                            return "bound";
                        }));
        QUESTIONS.add(
                of(
                        "bind to null",
                        scene -> {
                            var socket = scene.socket();
                            socket.bind(null);
                            return socket.isBound() && socket.getLocalPort() > 0;
                        }));
        QUESTIONS.add(
                of(
                        "listen twice",
                        scene -> {
                            scene.bound().bind(SocketScene.local(0));
                            return "bound";
                        }));
        QUESTIONS.add(
                of(
                        "listen on a port that is taken",
                        scene -> {
                            scene.listener().bind(scene.bound().getLocalSocketAddress());
                            return "bound";
                        }));
        QUESTIONS.add(of("accept unbound", scene -> scene.listener().accept()));
        QUESTIONS.add(
                of(
                        "accept closed",
                        scene -> {
                            var listener = scene.bound();
                            listener.close();
                            return listener.accept();
                        }));
        QUESTIONS.add(
                of(
                        "read closed",
                        scene -> {
                            var socket = scene.connected();
                            var in = socket.getInputStream();
                            socket.close();
                            return in.read();
                        }));
        QUESTIONS.add(
                of(
                        "write closed",
                        scene -> {
                            var socket = scene.connected();
                            var out = socket.getOutputStream();
                            socket.close();
                            out.write(1);
                            return "written";
                        }));
        QUESTIONS.add(
                of(
                        "available of a closed one",
                        scene -> {
                            var socket = scene.connected();
                            var in = socket.getInputStream();
                            socket.close();
                            return in.available();
                        }));
        QUESTIONS.add(
                of(
                        "read with input shut",
                        scene -> {
                            var socket = scene.connected();
                            var in = socket.getInputStream();
                            socket.shutdownInput();
                            return in.read() + " " + in.available();
                        }));
        QUESTIONS.add(
                of(
                        "read with input shut, then closed",
                        scene -> {
                            var socket = scene.connected();
                            var in = socket.getInputStream();
                            socket.shutdownInput();
                            socket.close();
                            return in.read();
                        }));
        QUESTIONS.add(
                of(
                        "write with output shut",
                        scene -> {
                            var socket = scene.connected();
                            var out = socket.getOutputStream();
                            socket.shutdownOutput();
                            out.write(1);
                            return "written";
                        }));
        QUESTIONS.add(
                of(
                        "read beyond an array",
                        scene -> scene.connected().getInputStream().read(new byte[2], 1, 2)));
        QUESTIONS.add(
                of(
                        "write beyond an array",
                        scene -> {
                            scene.connected().getOutputStream().write(new byte[2], 1, 2);
                            return "written";
                        }));
        QUESTIONS.add(
                of("read nothing", scene -> scene.connected().getInputStream().read(new byte[0])));
        QUESTIONS.add(
                of(
                        "read in time",
                        scene -> {
                            var socket = scene.connected();
                            socket.setSoTimeout(1);
                            return socket.getInputStream().read();
                        }));
        QUESTIONS.add(
                of(
                        "accept in time",
                        scene -> {
                            var listener = scene.bound();
                            listener.setSoTimeout(1);
                            return listener.accept();
                        }));
        QUESTIONS.add(
                of(
                        "an accepted one",
                        scene -> {
                            var listener = scene.bound();
                            listener.setSoTimeout(1000);
                            var client = scene.keep(new Socket());
                            client.connect(listener.getLocalSocketAddress());
                            var socket = scene.keep(listener.accept());
                            return List.of(
                                    socket.getSoTimeout(),
                                    socket.isBound(),
                                    socket.isConnected(),
                                    socket.getRemoteSocketAddress()
                                            .equals(client.getLocalSocketAddress()),
                                    socket.getLocalSocketAddress()
                                            .equals(client.getRemoteSocketAddress()),
                                    socket.getLocalPort() == listener.getLocalPort(),
                                    socket.getPort() == client.getLocalPort());
                        }));
        REPETITIONS = QUESTIONS.size();
        valuesOfOptions("unconnected", SocketScene::socket);
        valuesOfOptions("bound", SocketScene::boundSocket);
    }

    private static Object connect(Socket socket, SocketAddress address) throws IOException {
        socket.connect(address);
        return "connected";
    }

    private interface Maker<S> {
        S make(SocketScene scene) throws IOException;
    }

    private static void everything(String which, Maker<Socket> maker) {
        ask(which, "toString", maker, Socket::toString);
        ask(which, "isBound", maker, Socket::isBound);
        ask(which, "isConnected", maker, Socket::isConnected);
        ask(which, "isClosed", maker, Socket::isClosed);
        ask(which, "isInputShutdown", maker, Socket::isInputShutdown);
        ask(which, "isOutputShutdown", maker, Socket::isOutputShutdown);
        ask(which, "getInetAddress", maker, Socket::getInetAddress);
        ask(which, "getLocalAddress", maker, Socket::getLocalAddress);
        ask(which, "getRemoteSocketAddress", maker, Socket::getRemoteSocketAddress);
        ask(which, "getLocalSocketAddress", maker, Socket::getLocalSocketAddress);
        ask(which, "getPort", maker, Socket::getPort);
        ask(which, "getLocalPort", maker, Socket::getLocalPort);
        ask(which, "getChannel", maker, Socket::getChannel);
        ask(which, "getInputStream", maker, s -> s.getInputStream() != null);
        ask(which, "getOutputStream", maker, s -> s.getOutputStream() != null);
        ask(which, "getTcpNoDelay", maker, Socket::getTcpNoDelay);
        ask(which, "getSoLinger", maker, Socket::getSoLinger);
        ask(which, "getKeepAlive", maker, Socket::getKeepAlive);
        ask(which, "getReuseAddress", maker, Socket::getReuseAddress);
        ask(which, "getTrafficClass", maker, Socket::getTrafficClass);
        ask(which, "getOOBInline", maker, Socket::getOOBInline);
        ask(which, "getSoTimeout", maker, Socket::getSoTimeout);
        ask(which, "setTcpNoDelay", maker, s -> set(s, s::setTcpNoDelay, true).getTcpNoDelay());
        ask(which, "setKeepAlive", maker, s -> set(s, s::setKeepAlive, true).getKeepAlive());
        ask(which, "setReuse", maker, s -> set(s, s::setReuseAddress, true).getReuseAddress());
        ask(which, "setSoTimeout", maker, s -> set(s, s::setSoTimeout, 7).getSoTimeout());
        ask(which, "setSoTimeout -1", maker, s -> set(s, s::setSoTimeout, -1).getSoTimeout());
        ask(which, "setTraffic", maker, s -> set(s, s::setTrafficClass, 8).getTrafficClass());
        ask(which, "setTraffic 256", maker, s -> set(s, s::setTrafficClass, 256));
        ask(which, "setSend", maker, s -> set(s, s::setSendBufferSize, 9000).getSendBufferSize());
        ask(which, "setSend 0", maker, s -> set(s, s::setSendBufferSize, 0));
        ask(
                which,
                "setReceive",
                maker,
                s -> set(s, s::setReceiveBufferSize, 9000).getReceiveBufferSize());
        ask(which, "setReceive 0", maker, s -> set(s, s::setReceiveBufferSize, 0));
        ask(
                which,
                "setSoLinger 5",
                maker,
                s -> set(s, n -> s.setSoLinger(true, n), 5).getSoLinger());
        ask(
                which,
                "setSoLinger no",
                maker,
                s -> set(s, n -> s.setSoLinger(false, n), 5).getSoLinger());
        ask(which, "setSoLinger -1", maker, s -> set(s, n -> s.setSoLinger(true, n), -1));
        ask(
                which,
                "setSoLinger 70000",
                maker,
                s -> set(s, n -> s.setSoLinger(true, n), 70_000).getSoLinger());
        ask(which, "setOption null", maker, s -> s.setOption(null, 1));
        ask(
                which,
                "setOption to null",
                maker,
                s -> s.setOption(StandardSocketOptions.SO_RCVBUF, null));
        ask(which, "SO_LINGER", maker, s -> s.getOption(StandardSocketOptions.SO_LINGER));
        ask(which, "SO_REUSEPORT", maker, s -> s.getOption(StandardSocketOptions.SO_REUSEPORT));
        ask(which, "supportedOptions", maker, s -> names(s.supportedOptions()));
        setAndGet(which, maker, StandardSocketOptions.SO_LINGER, 5);
        setAndGet(which, maker, StandardSocketOptions.IP_TOS, 8);
        setAndGet(which, maker, StandardSocketOptions.SO_SNDBUF, 8);
        setAndGet(which, maker, StandardSocketOptions.SO_RCVBUF, 8);
        setAndGet(which, maker, StandardSocketOptions.TCP_NODELAY, true);
        setAndGet(which, maker, StandardSocketOptions.SO_KEEPALIVE, true);
        setAndGet(which, maker, StandardSocketOptions.SO_REUSEADDR, true);
        setAndGet(which, maker, StandardSocketOptions.SO_REUSEPORT, true);
        setAndGet(which, maker, ExtendedSocketOptions.TCP_KEEPIDLE, 77);
        setAndGet(which, maker, ExtendedSocketOptions.TCP_KEEPINTERVAL, 7);
        setAndGet(which, maker, ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
        setAndGet(which, maker, ExtendedSocketOptions.TCP_KEEPCOUNT, -3);
        setAndGet(which, maker, ExtendedSocketOptions.TCP_QUICKACK, false);
        setAndGet(which, maker, ExtendedSocketOptions.SO_INCOMING_NAPI_ID, 1);
        ask(which, "NAPI", maker, s -> s.getOption(ExtendedSocketOptions.SO_INCOMING_NAPI_ID));
        ask(which, "IP_TOS", maker, s -> s.getOption(StandardSocketOptions.IP_TOS));
        ask(
                which,
                "no option of a stream",
                maker,
                s -> s.getOption(StandardSocketOptions.IP_MULTICAST_LOOP));
        ask(
                which,
                "shutdownInput",
                maker,
                s -> {
                    s.shutdownInput();
                    return s.isInputShutdown();
                });
        ask(
                which,
                "shutdownInput twice",
                maker,
                s -> {
                    s.shutdownInput();
                    s.shutdownInput();
                    return s.isInputShutdown();
                });
        ask(
                which,
                "input of one whose input is shut",
                maker,
                s -> {
                    s.shutdownInput();
                    return s.getInputStream();
                });
        ask(
                which,
                "shutdownOutput",
                maker,
                s -> {
                    s.shutdownOutput();
                    return s.isOutputShutdown();
                });
        ask(
                which,
                "shutdownOutput twice",
                maker,
                s -> {
                    s.shutdownOutput();
                    s.shutdownOutput();
                    return s.isOutputShutdown();
                });
        ask(
                which,
                "output of one whose output is shut",
                maker,
                s -> {
                    s.shutdownOutput();
                    return s.getOutputStream();
                });
        ask(
                which,
                "sendUrgentData",
                maker,
                s -> {
                    s.sendUrgentData(1);
                    return "sent";
                });
        ask(
                which,
                "close twice",
                maker,
                s -> {
                    s.close();
                    s.close();
                    return s.isClosed();
                });
    }

    /// The values of options, at their limits: of an open socket and a closed one, since what is
    /// done with a value does not depend on whether an open one is bound or connected.
    private static void valuesOfOptions(String which, Maker<Socket> maker) {
        for (int n : new int[] {-1, 0, 70_000}) {
            setAndGet(which + ": to " + n, maker, StandardSocketOptions.SO_LINGER, n);
        }
        for (int n : new int[] {-1, 0, 255, 256}) {
            setAndGet(which + ": to " + n, maker, StandardSocketOptions.IP_TOS, n);
            setAndGet(which + ": to " + n, maker, StandardSocketOptions.SO_SNDBUF, n);
            setAndGet(which + ": to " + n, maker, StandardSocketOptions.SO_RCVBUF, n);
        }
    }

    private static <T> void setAndGet(
            String which, Maker<Socket> maker, SocketOption<T> option, T value) {
        ask(which, "set " + option, maker, s -> s.setOption(option, value).getOption(option));
    }

    private static <T> void setAndGetOfListener(
            String which, Maker<ServerSocket> maker, SocketOption<T> option, T value) {
        ask(which, "set " + option, maker, s -> s.setOption(option, value).getOption(option));
    }

    private static List<String> names(Set<SocketOption<?>> options) {
        return options.stream().map(SocketOption::name).sorted().toList();
    }

    private static void everythingOfListener(String which, Maker<ServerSocket> maker) {
        ask(which, "toString", maker, ServerSocket::toString);
        ask(which, "isBound", maker, ServerSocket::isBound);
        ask(which, "isClosed", maker, ServerSocket::isClosed);
        ask(which, "getInetAddress", maker, ServerSocket::getInetAddress);
        ask(which, "getLocalPort", maker, ServerSocket::getLocalPort);
        ask(which, "getLocalSocketAddress", maker, ServerSocket::getLocalSocketAddress);
        ask(which, "getSoTimeout", maker, ServerSocket::getSoTimeout);
        ask(which, "setSoTimeout -1", maker, s -> set(s, s::setSoTimeout, -1));
        ask(which, "getReuseAddress", maker, ServerSocket::getReuseAddress);
        ask(which, "setReuse", maker, s -> set(s, s::setReuseAddress, false).getReuseAddress());
        ask(
                which,
                "setReceive",
                maker,
                s -> set(s, s::setReceiveBufferSize, 9000).getReceiveBufferSize());
        ask(which, "setReceive 0", maker, s -> set(s, s::setReceiveBufferSize, 0));
        ask(which, "SO_REUSEPORT", maker, s -> s.getOption(StandardSocketOptions.SO_REUSEPORT));
        ask(which, "TCP_NODELAY", maker, s -> s.getOption(StandardSocketOptions.TCP_NODELAY));
        ask(which, "supportedOptions", maker, s -> names(s.supportedOptions()));
        setAndGetOfListener(which, maker, StandardSocketOptions.SO_RCVBUF, 9000);
        setAndGetOfListener(which, maker, StandardSocketOptions.IP_TOS, 8);
        setAndGetOfListener(which, maker, StandardSocketOptions.SO_SNDBUF, 9000);
        setAndGetOfListener(which, maker, StandardSocketOptions.SO_REUSEPORT, true);
        setAndGetOfListener(which, maker, ExtendedSocketOptions.TCP_KEEPIDLE, 77);
        ask(
                which,
                "close twice",
                maker,
                s -> {
                    s.close();
                    s.close();
                    return s.isClosed();
                });
    }

    private interface Setter<V> {
        void set(V value) throws Exception;
    }

    private static <S, V> S set(S socket, Setter<V> setter, V value) throws Exception {
        setter.set(value);
        return socket;
    }

    private static <S> void ask(String which, String what, Maker<S> maker, Of<S> question) {
        QUESTIONS.add(of(which + ": " + what, scene -> question.ask(maker.make(scene))));
    }

    static Stream<Arguments> questions() {
        return QUESTIONS.stream().limit(REPETITIONS);
    }

    static Stream<Arguments> repetitions() {
        return QUESTIONS.stream().skip(REPETITIONS);
    }
}
