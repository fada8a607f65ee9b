// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/// A server of the DNS on this host, by UDP and TCP, with a zone of its own. What it sends is made
/// by dnsjava.
final class TestServer implements AutoCloseable {
    static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final DatagramSocket datagrams;
    private final ServerSocket listener;
    private final List<Record> zone = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Semaphore arrived = new Semaphore(0);
    private volatile Behaviour behaviour = (server, query) -> query.reply(server.answer(query));
    private volatile long soaSeconds = 60;
    private volatile long soaMinimum = 60;

    /// What it does with each query.
    interface Behaviour {
        void take(TestServer server, Received query) throws IOException;
    }

    interface Sender {
        void send(byte[] message) throws IOException;
    }

    /// @param number how many had come before
    record Received(Message message, boolean byTcp, int number, SocketAddress from, Sender sender) {
        Name name() {
            return message.getQuestion().getName();
        }

        int type() {
            return message.getQuestion().getType();
        }

        void reply(Message answer) throws IOException {
            sender.send(answer.toWire());
        }

        /// An answer without any records.
        Message empty(int code) {
            var answer = new Message(message.getHeader().getID());
            answer.getHeader().setFlag(Flags.QR);
            answer.getHeader().setRcode(code);
            answer.addRecord(message.getQuestion(), Section.QUESTION);
            return answer;
        }
    }

    private TestServer(DatagramSocket datagrams, ServerSocket listener) {
        this.datagrams = datagrams;
        this.listener = listener;
    }

    static TestServer start() throws IOException {
        while (true) {
            var listener = new ServerSocket(0, 50, LOOPBACK);
            try {
                var datagrams =
                        new DatagramSocket(
                                new InetSocketAddress(LOOPBACK, listener.getLocalPort()));
                var server = new TestServer(datagrams, listener);
                Thread.ofPlatform().daemon().name("dns udp").start(server::serveDatagrams);
                Thread.ofPlatform().daemon().name("dns tcp").start(server::serveStreams);
                return server;
            } catch (BindException e) {
                listener.close();
            }
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress(LOOPBACK, listener.getLocalPort());
    }

    /// Adds a record, such as `www.example.org. 60 IN A 192.0.2.1`.
    TestServer with(String written) {
        zone.add(parsed(written));
        return this;
    }

    static Record parsed(String written) {
        String[] words = written.split(" +", 5);
        try {
            return Record.fromString(
                    Name.fromString(words[0]),
                    Type.value(words[3]),
                    DClass.value(words[2]),
                    Long.parseLong(words[1]),
                    words[4],
                    Name.root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TestServer that(Behaviour does) {
        behaviour = does;
        return this;
    }

    TestServer withSoa(long seconds, long minimum) {
        soaSeconds = seconds;
        soaMinimum = minimum;
        return this;
    }

    /// What it was asked, such as `www.example.org. A udp`, in the order in which it came.
    List<String> asked() {
        return asked;
    }

    /// Waits until it has been asked so often.
    void awaitAsked(int count) throws InterruptedException {
        while (asked.size() < count) {
            arrived.acquire();
        }
    }

    /// What the zone says.
    Message answer(Received query) {
        var answer = query.empty(Rcode.NOERROR);
        var name = query.name();
        boolean exists = false;
        boolean found = false;
        for (boolean follow = true; follow; ) {
            follow = false;
            for (var one : new ArrayList<>(zone)) {
                if (!one.getName().equals(name)) {
                    continue;
                }
                exists = true;
                if (one.getType() == query.type()) {
                    answer.addRecord(one, Section.ANSWER);
                    found = true;
                } else if (one instanceof CNAMERecord alias) {
                    answer.addRecord(one, Section.ANSWER);
                    name = alias.getTarget();
                    follow = true;
                    exists = false;
                    break;
                }
            }
        }
        if (!exists) {
            answer.getHeader().setRcode(Rcode.NXDOMAIN);
        }
        if (!found) {
            answer.addRecord(
                    parsed(
                            "example.org. %d IN SOA ns.example.org. root.example.org. 1 2 3 4 %d"
                                    .formatted(soaSeconds, soaMinimum)),
                    Section.AUTHORITY);
        }
        return answer;
    }

    private void take(byte[] bytes, boolean byTcp, SocketAddress from, Sender sender)
            throws IOException {
        var message = new Message(bytes);
        var question = message.getQuestion();
        var line =
                "%s %s %s"
                        .formatted(
                                question.getName(),
                                Type.string(question.getType()),
                                byTcp ? "tcp" : "udp");
        int number = asked.size();
        asked.add(line);
        arrived.release();
        behaviour.take(this, new Received(message, byTcp, number, from, sender));
    }

    private void serveDatagrams() {
        try {
            while (true) {
                var packet = new DatagramPacket(new byte[4096], 4096);
                datagrams.receive(packet);
                var to = packet.getSocketAddress();
                take(
                        Arrays.copyOf(packet.getData(), packet.getLength()),
                        false,
                        to,
                        bytes -> datagrams.send(new DatagramPacket(bytes, bytes.length, to)));
            }
        } catch (IOException e) {
            // it is closed
        }
    }

    private void serveStreams() {
        try {
            while (true) {
                try (var socket = listener.accept()) {
                    serve(socket);
                }
            }
        } catch (IOException e) {
            // it is closed
        }
    }

    private void serve(Socket socket) {
        try {
            var in = new DataInputStream(socket.getInputStream());
            while (true) {
                var bytes = new byte[in.readUnsignedShort()];
                in.readFully(bytes);
                take(
                        bytes,
                        true,
                        socket.getRemoteSocketAddress(),
                        answer -> {
                            var framed = ByteBuffer.allocate(2 + answer.length);
                            framed.putShort((short) answer.length).put(answer);
                            socket.getOutputStream().write(framed.array());
                        });
            }
        } catch (IOException e) {
            // the client has enough
        }
    }

    @Override
    public void close() throws IOException {
        datagrams.close();
        listener.close();
    }
}
