// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.ClosedChannelException;
import java.util.Map;
import java.util.TreeMap;

/// Whatever can be asked of a datagram socket, a green one answers as one of the JDK does.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class DatagramParityTest {
    private static final InetSocketAddress PEER =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);

    enum State {
        UNBOUND,
        BOUND,
        BOUND_EVERYWHERE,
        CONNECTED,
        CONNECTED_WITHOUT_BIND,
        DISCONNECTED,
        CLOSED
    }

    private interface Question {
        Object ask(DatagramSocket socket) throws Exception;
    }

    private static final Map<String, Question> QUESTIONS = new TreeMap<>();

    static {
        QUESTIONS.put("is bound", DatagramSocket::isBound);
        QUESTIONS.put("is connected", DatagramSocket::isConnected);
        QUESTIONS.put("is closed", DatagramSocket::isClosed);
        QUESTIONS.put("port", socket -> socket.getPort());
        QUESTIONS.put("address", socket -> socket.getInetAddress());
        QUESTIONS.put("remote address", socket -> socket.getRemoteSocketAddress());
        QUESTIONS.put("has local port", socket -> Integer.signum(socket.getLocalPort()));
        QUESTIONS.put("local address", socket -> socket.getLocalAddress());
        QUESTIONS.put(
                "local socket address",
                socket ->
                        socket.getLocalSocketAddress() instanceof InetSocketAddress a
                                ? a.getAddress()
                                : "none");
        QUESTIONS.put("timeout", socket -> socket.getSoTimeout());
        QUESTIONS.put("broadcast", socket -> socket.getBroadcast());
        QUESTIONS.put("reuse address", socket -> socket.getReuseAddress());
        QUESTIONS.put("traffic class", socket -> socket.getTrafficClass());
        QUESTIONS.put("send buffer", socket -> socket.getSendBufferSize());
        QUESTIONS.put("receive buffer", socket -> socket.getReceiveBufferSize());
        QUESTIONS.put("ttl", socket -> socket.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
        QUESTIONS.put("loop", socket -> socket.getOption(StandardSocketOptions.IP_MULTICAST_LOOP));
        QUESTIONS.put(
                "multicast interface",
                socket -> socket.getOption(StandardSocketOptions.IP_MULTICAST_IF));
        QUESTIONS.put(
                "no such option", socket -> socket.getOption(StandardSocketOptions.TCP_NODELAY));
        QUESTIONS.put(
                "null option",
                socket -> socket.setOption(StandardSocketOptions.IP_MULTICAST_TTL, null));
        QUESTIONS.put(
                "huge ttl",
                socket -> socket.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 999));
        QUESTIONS.put("negative timeout", socket -> done(() -> socket.setSoTimeout(-1)));
        QUESTIONS.put("no buffer", socket -> done(() -> socket.setReceiveBufferSize(0)));
        QUESTIONS.put("huge traffic class", socket -> done(() -> socket.setTrafficClass(256)));
        QUESTIONS.put("channel", DatagramSocket::getChannel);
        QUESTIONS.put("bind", socket -> done(() -> socket.bind(SocketScene.local(0))));
        QUESTIONS.put("bind to null", socket -> done(() -> socket.bind(null)));
        QUESTIONS.put("bind elsewhere", socket -> done(() -> socket.bind(new Elsewhere())));
        QUESTIONS.put("bind to a name", socket -> done(() -> socket.bind(unresolved())));
        QUESTIONS.put("connect", socket -> done(() -> socket.connect(PEER)));
        QUESTIONS.put("connect to null", socket -> done(() -> socket.connect(null)));
        QUESTIONS.put("connect elsewhere", socket -> done(() -> socket.connect(new Elsewhere())));
        QUESTIONS.put("connect to a name", socket -> done(() -> socket.connect(unresolved())));
        QUESTIONS.put(
                "connect to no port",
                socket -> done(() -> socket.connect(InetAddress.getLoopbackAddress(), 0)));
        QUESTIONS.put("connect to no address", socket -> done(() -> socket.connect(null, 9)));
        QUESTIONS.put(
                "disconnect",
                socket -> {
                    socket.disconnect();
                    return socket.getRemoteSocketAddress() + " " + socket.isBound();
                });
        QUESTIONS.put("send", socket -> done(() -> socket.send(packet())));
        QUESTIONS.put(
                "send to nobody",
                socket -> done(() -> socket.send(new DatagramPacket(new byte[1], 1))));
        QUESTIONS.put(
                "send to somebody else",
                socket ->
                        done(() ->
                                socket.send(
                                        new DatagramPacket(
                                                new byte[1],
                                                1,
                                                InetAddress.getLoopbackAddress(),
                                                10))));
        QUESTIONS.put(
                "receive",
                socket ->
                        done(() -> {
                            socket.setSoTimeout(1);
                            socket.receive(new DatagramPacket(new byte[1], 1));
                        }));
        QUESTIONS.put("join what is no group", socket -> done(() -> socket.joinGroup(PEER, null)));
        QUESTIONS.put("join null", socket -> done(() -> socket.joinGroup(null, null)));
        QUESTIONS.put(
                "leave a group it is not in",
                socket ->
                        done(() ->
                                socket.leaveGroup(
                                        new InetSocketAddress(
                                                InetAddress.getByName("239.9.9.9"), 0),
                                        null)));
        QUESTIONS.put(
                "close twice",
                socket -> {
                    socket.close();
                    socket.close();
                    return socket.isClosed() + " " + socket.isBound() + " " + socket.isConnected();
                });
    }

    private static final class Elsewhere extends SocketAddress {
        private static final long serialVersionUID = 1;
    }

    private interface Action {
        void run() throws Exception;
    }

    private static String done(Action action) throws Exception {
        action.run();
        return "done";
    }

    private static InetSocketAddress unresolved() {
        return InetSocketAddress.createUnresolved(
                URI.create("http://nowhere.invalid").getHost(), 9);
    }

    private static DatagramPacket packet() {
        return new DatagramPacket(new byte[1], 1, PEER);
    }

    private static DatagramSocket made(boolean green, InetSocketAddress at) throws IOException {
        return green ? new GreenDatagramSocket(at) : new DatagramSocket(at);
    }

    private static DatagramSocket in(State state, boolean green) throws IOException {
        var socket =
                made(
                        green,
                        switch (state) {
                            case UNBOUND, CONNECTED_WITHOUT_BIND -> null;
                            case BOUND_EVERYWHERE -> new InetSocketAddress(0);
                            default -> SocketScene.local(0);
                        });
        switch (state) {
            case UNBOUND, BOUND, BOUND_EVERYWHERE -> {}
            case CONNECTED, CONNECTED_WITHOUT_BIND -> socket.connect(PEER);
            case DISCONNECTED -> {
                socket.connect(PEER);
                socket.disconnect();
            }
            case CLOSED -> socket.close();
        }
        return socket;
    }

    private static String answer(Question question, State state, boolean green) throws Exception {
        try (var socket = in(state, green)) {
            return String.valueOf(question.ask(socket))
                    .replaceAll("\\w+\\.\\w+\\.Green.*|\\w+\\.\\w+\\.DatagramSocket.*", "socket");
        } catch (SocketTimeoutException e) {
            return e.toString();
        } catch (ClosedChannelException e) { // which is no SocketException, as others are
            return SocketException.class.getName();
        } catch (IOException | RuntimeException e) { // the message may say more than the JDK's
            return e.getClass().getName();
        }
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void itAnswersAsOneOfTheJdk(State state) throws Exception {
        var expected = new TreeMap<String, String>();
        var answers = new TreeMap<String, String>();

        for (var question : QUESTIONS.entrySet()) {
            expected.put(question.getKey(), answer(question.getValue(), state, false));
            answers.put(question.getKey(), answer(question.getValue(), state, true));
        }

        expected.forEach((question, answer) ->
                assertThat(answers.get(question)).as(question).isEqualTo(answer));
    }
}
