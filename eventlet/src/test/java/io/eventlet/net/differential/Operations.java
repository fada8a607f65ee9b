// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.differential;

import jdk.net.ExtendedSocketOptions;

import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What can be done with a socket or a listener.
final class Operations {
    private static final Map<String, Operation> BY_NAME =
            Stream.of(ofSockets(), ofPeers(), ofListeners())
                    .flatMap(List::stream)
                    .collect(Collectors.toMap(Operation::name, Function.identity(), (a, _) -> a));

    private Operations() {}

    /// That of a name. What sockets and listeners have in common is named of each.
    static Operation named(String name) {
        return Objects.requireNonNull(BY_NAME.get(name), name);
    }

    /// Something that is done in a scene, with its answer.
    interface Action {
        Object perform(Scene scene) throws Exception;
    }

    /// An action with a name, of which two scenes must tell the same.
    record Operation(String name, Action action) {
        @Override
        public String toString() {
            return name;
        }
    }

    private interface OfSocket {
        Object perform(Socket socket) throws Exception;
    }

    private interface OfListener {
        Object perform(ServerSocket listener) throws Exception;
    }

    private interface Setting {
        void perform(Socket socket) throws Exception;
    }

    private static void ask(List<Operation> all, String name, OfSocket question) {
        all.add(new Operation(name, scene -> question.perform(scene.socket())));
    }

    private static void set(List<Operation> all, String name, Setting setting) {
        ask(
                all,
                name,
                socket -> {
                    setting.perform(socket);
                    return "done";
                });
    }

    @SafeVarargs
    private static <T> void option(List<Operation> all, SocketOption<T> option, T... values) {
        ask(all, "get " + option.name(), socket -> socket.getOption(option));
        for (var value : values) {
            ask(
                    all,
                    "set " + option.name() + " to " + value,
                    socket -> socket.setOption(option, value).getOption(option));
        }
    }

    static String names(Set<SocketOption<?>> options) {
        return options.stream().map(SocketOption::name).sorted().collect(Collectors.joining(" "));
    }

    /// All of a socket.
    static List<Operation> ofSockets() {
        var all = new ArrayList<Operation>();
        ask(all, "toString", Socket::toString);
        ask(all, "isBound", Socket::isBound);
        ask(all, "isConnected", Socket::isConnected);
        ask(all, "isClosed", Socket::isClosed);
        ask(all, "isInputShutdown", Socket::isInputShutdown);
        ask(all, "isOutputShutdown", Socket::isOutputShutdown);
        ask(all, "getInetAddress", Socket::getInetAddress);
        ask(all, "getLocalAddress", Socket::getLocalAddress);
        ask(all, "getPort", Socket::getPort);
        ask(all, "getLocalPort", Socket::getLocalPort);
        ask(all, "getRemoteSocketAddress", Socket::getRemoteSocketAddress);
        ask(all, "getLocalSocketAddress", Socket::getLocalSocketAddress);
        ask(all, "getChannel", Socket::getChannel);
        ask(all, "supportedOptions", socket -> names(socket.supportedOptions()));
        set(all, "getInputStream", socket -> socket.getInputStream());
        set(all, "getOutputStream", socket -> socket.getOutputStream());
        set(all, "close", Socket::close);
        set(all, "shutdownInput", Socket::shutdownInput);
        set(all, "shutdownOutput", Socket::shutdownOutput);
        set(all, "sendUrgentData", socket -> socket.sendUrgentData(7));
        ask(all, "getSoTimeout", Socket::getSoTimeout);
        set(all, "setSoTimeout 1", socket -> socket.setSoTimeout(1));
        set(all, "setSoTimeout -1", socket -> socket.setSoTimeout(-1));
        ask(all, "getSoLinger", Socket::getSoLinger);
        set(all, "setSoLinger 0", socket -> socket.setSoLinger(true, 0));
        set(all, "setSoLinger 3", socket -> socket.setSoLinger(true, 3));
        set(all, "setSoLinger no", socket -> socket.setSoLinger(false, 3));
        set(all, "setSoLinger -1", socket -> socket.setSoLinger(true, -1));
        set(all, "setSoLinger 70000", socket -> socket.setSoLinger(true, 70_000));
        ask(all, "getTcpNoDelay", Socket::getTcpNoDelay);
        set(all, "setTcpNoDelay", socket -> socket.setTcpNoDelay(true));
        ask(all, "getKeepAlive", Socket::getKeepAlive);
        set(all, "setKeepAlive", socket -> socket.setKeepAlive(true));
        ask(all, "getReuseAddress", Socket::getReuseAddress);
        set(all, "setReuseAddress", socket -> socket.setReuseAddress(true));
        ask(all, "getTrafficClass", Socket::getTrafficClass);
        set(all, "setTrafficClass 8", socket -> socket.setTrafficClass(8));
        set(all, "setTrafficClass 256", socket -> socket.setTrafficClass(256));
        set(all, "setSendBufferSize 9000", socket -> socket.setSendBufferSize(9000));
        set(all, "setSendBufferSize 0", socket -> socket.setSendBufferSize(0));
        set(all, "setReceiveBufferSize 9000", socket -> socket.setReceiveBufferSize(9000));
        set(all, "setReceiveBufferSize 0", socket -> socket.setReceiveBufferSize(0));
        ask(all, "getOOBInline", Socket::getOOBInline);
        set(all, "setOOBInline false", socket -> socket.setOOBInline(false));
        set(all, "setOOBInline true", socket -> socket.setOOBInline(true));
        set(all, "setPerformancePreferences", s -> s.setPerformancePreferences(1, 2, 3));
        set(all, "setOption null", socket -> socket.setOption(null, 1));
        set(all, "getOption null", socket -> socket.getOption(null));
        option(all, StandardSocketOptions.SO_LINGER, -1, 0, 5);
        option(all, StandardSocketOptions.IP_TOS, -1, 8, 256);
        option(all, StandardSocketOptions.SO_SNDBUF, -1, 8);
        option(all, StandardSocketOptions.SO_RCVBUF, -1, 8);
        option(all, StandardSocketOptions.TCP_NODELAY, true);
        option(all, StandardSocketOptions.SO_KEEPALIVE, true);
        option(all, StandardSocketOptions.SO_REUSEADDR, true);
        option(all, StandardSocketOptions.SO_REUSEPORT, true);
        option(all, StandardSocketOptions.IP_MULTICAST_LOOP, true);
        option(all, ExtendedSocketOptions.TCP_KEEPIDLE, -1, 77);
        option(all, ExtendedSocketOptions.TCP_KEEPINTERVAL, 0, 7);
        option(all, ExtendedSocketOptions.TCP_KEEPCOUNT, 300, 3);
        set( // whose value the kernel changes as it likes
                all,
                "set TCP_QUICKACK",
                socket -> socket.setOption(ExtendedSocketOptions.TCP_QUICKACK, false));
        option(all, ExtendedSocketOptions.SO_INCOMING_NAPI_ID, 1);
        set(
                all,
                "set SO_RCVBUF to null",
                socket -> socket.setOption(StandardSocketOptions.SO_RCVBUF, null));
        add(all, "bind", scene -> done(() -> scene.socket().bind(scene.local(0))));
        add(all, "bind to null", scene -> done(() -> scene.socket().bind(null)));
        add(
                all,
                "bind to what is no internet address",
                scene -> done(() -> scene.socket().bind(new SocketAddress() {})));
        add(all, "bind to a foreign address", scene -> done(scene::bindToForeign));
        add(all, "connect", Scene::connect);
        add(all, "connect to null", scene -> done(() -> scene.socket().connect(null)));
        add(
                all,
                "connect to what is no internet address",
                scene -> done(() -> scene.socket().connect(new SocketAddress() {})));
        add(all, "connect to nobody", scene -> done(scene::connectToNobody));
        add(all, "connect to an unknown host", scene -> done(scene::connectToUnknown));
        add(
                all,
                "connect within -1",
                scene -> done(() -> scene.socket().connect(scene.peers(), -1)));
        add(all, "read", Scene::read);
        add(all, "read nothing", scene -> scene.input().read(new byte[0]));
        add(all, "read beyond an array", scene -> scene.input().read(new byte[2], 1, 2));
        add(all, "available", scene -> scene.input().available());
        add(all, "skip", scene -> scene.hasInput() ? scene.input().skip(1) : "not tried");
        add(all, "close input", scene -> done(() -> scene.input().close()));
        add(all, "write", Scene::write);
        add(all, "write nothing", scene -> done(() -> scene.output().write(new byte[0])));
        add(all, "write beyond an array", s -> done(() -> s.output().write(new byte[2], 1, 2)));
        add(all, "flush", scene -> done(() -> scene.output().flush()));
        add(all, "close output", scene -> done(() -> scene.output().close()));
        return all;
    }

    /// What the peer does to it.
    static List<Operation> ofPeers() {
        var all = new ArrayList<Operation>();
        add(all, "peer writes", Scene::peerWrites);
        add(all, "peer reads", Scene::peerReads);
        add(all, "peer ends", Scene::peerEnds);
        add(all, "peer closes", Scene::peerCloses);
        add(all, "peer resets", Scene::peerResets);
        return all;
    }

    private interface Step {
        void perform() throws Exception;
    }

    private static Object done(Step step) throws Exception {
        step.perform();
        return "done";
    }

    private static void add(List<Operation> all, String name, Action action) {
        all.add(new Operation(name, action));
    }

    private static void ofListener(List<Operation> all, String name, OfListener question) {
        all.add(new Operation(name, scene -> question.perform(scene.listener())));
    }

    @SafeVarargs
    private static <T> void listenerOption(
            List<Operation> all, SocketOption<T> option, T... values) {
        ofListener(all, "get " + option.name(), listener -> listener.getOption(option));
        for (var value : values) {
            ofListener(
                    all,
                    "set " + option.name() + " to " + value,
                    listener -> listener.setOption(option, value).getOption(option));
        }
    }

    private interface ListenerSetting {
        void perform(ServerSocket listener) throws Exception;
    }

    private static void setListener(List<Operation> all, String name, ListenerSetting setting) {
        ofListener(
                all,
                name,
                listener -> {
                    setting.perform(listener);
                    return "done";
                });
    }

    /// All of a listener.
    static List<Operation> ofListeners() {
        var all = new ArrayList<Operation>();
        ofListener(all, "toString", ServerSocket::toString);
        ofListener(all, "isBound", ServerSocket::isBound);
        ofListener(all, "isClosed", ServerSocket::isClosed);
        ofListener(all, "getInetAddress", ServerSocket::getInetAddress);
        ofListener(all, "getLocalPort", ServerSocket::getLocalPort);
        ofListener(all, "getLocalSocketAddress", ServerSocket::getLocalSocketAddress);
        ofListener(all, "getChannel", ServerSocket::getChannel);
        ofListener(all, "supportedOptions", listener -> names(listener.supportedOptions()));
        ofListener(all, "getSoTimeout", ServerSocket::getSoTimeout);
        setListener(all, "setSoTimeout 1", listener -> listener.setSoTimeout(1));
        setListener(all, "setSoTimeout -1", listener -> listener.setSoTimeout(-1));
        ofListener(all, "getReuseAddress", ServerSocket::getReuseAddress);
        setListener(all, "setReuseAddress", listener -> listener.setReuseAddress(false));
        setListener(all, "setReceiveBufferSize", listener -> listener.setReceiveBufferSize(9000));
        setListener(all, "setReceiveBufferSize 0", listener -> listener.setReceiveBufferSize(0));
        setListener(all, "preferences", listener -> listener.setPerformancePreferences(1, 2, 3));
        setListener(all, "setOption null", listener -> listener.setOption(null, 1));
        listenerOption(all, StandardSocketOptions.SO_RCVBUF, -1, 8);
        listenerOption(all, StandardSocketOptions.SO_REUSEADDR, true);
        listenerOption(all, StandardSocketOptions.SO_REUSEPORT, true);
        listenerOption(all, StandardSocketOptions.SO_KEEPALIVE, true);
        listenerOption(all, StandardSocketOptions.IP_TOS, 8, 256);
        listenerOption(all, ExtendedSocketOptions.TCP_KEEPIDLE, 77);
        setListener(all, "listener: close", ServerSocket::close);
        add(all, "listener: bind", scene -> done(() -> scene.listener().bind(scene.local(0))));
        add(all, "bind with a backlog", s -> done(() -> s.listener().bind(s.local(0), -1)));
        add(all, "listener: bind to null", scene -> done(() -> scene.listener().bind(null)));
        add(all, "listener: bind to a taken port", s -> done(() -> s.listener().bind(s.peers())));
        add(all, "bind to a foreign address", scene -> done(scene::listenOnForeign));
        add(all, "listener: accept", Scene::accept);
        add(all, "listener: accept a client", Scene::acceptClient);
        return all;
    }
}
