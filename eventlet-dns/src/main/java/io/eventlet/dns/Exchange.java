// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// One try to have one server answer about a name: all types at once, from one socket. Belongs to
/// the thread that asks, and waits in it.
final class Exchange {
    /*
     * An answer is taken from the address that was asked only, to the port that was drawn by the
     * kernel for this exchange, if it has the number that was drawn here and the question that was
     * asked. Anything else is as if it had not come: it may be late, or somebody's guess.
     */
    private static final int LARGEST = 65_535;
    private static final int HEADER = 12;

    /// Made when the first server is asked, since that may take a moment.
    private static final class Ids {
        static final SecureRandom RANDOM = new SecureRandom();
    }

    private final InetSocketAddress server;
    private final String name;
    private final Duration timeout;
    private final Map<RecordType, Reply> replies = new EnumMap<>(RecordType.class);
    private final List<Query> open = new ArrayList<>(); // sent, and not answered

    Exchange(InetSocketAddress server, String name, Duration timeout) {
        this.server = server;
        this.name = name;
        this.timeout = timeout;
    }

    /// The replies that have come in time, perhaps none.
    Map<RecordType, Reply> ask(List<RecordType> types, boolean tcpOnly, boolean edns)
            throws IOException {
        var queries = new ArrayList<Query>();
        for (var type : types) {
            queries.add(new Query(newId(queries), name, type, edns));
        }
        try {
            if (!tcpOnly) {
                askByDatagrams(queries);
                queries.removeIf(query -> !isTruncated(query));
            }
            if (!queries.isEmpty()) {
                askByStream(queries);
            }
        } catch (IOException e) {
            Waits.ensureNotCancelled(); // the JDK closes sockets when it is interrupted
            replies.values().removeIf(Reply::isTruncated);
            if (replies.isEmpty()) {
                throw e;
            }
        }
        replies.values().removeIf(Reply::isTruncated);
        return replies;
    }

    private static int newId(List<Query> beside) {
        while (true) {
            int id = Ids.RANDOM.nextInt(1 << 16);
            if (beside.stream().noneMatch(query -> query.id() == id)) {
                return id;
            }
        }
    }

    private boolean isTruncated(Query query) {
        var reply = replies.get(query.type());
        return reply != null && reply.isTruncated();
    }

    private static int millisUntil(long deadline) {
        Waits.ensureNotCancelled();
        long left = deadline - Waits.clock().nanoTime();
        return Math.clamp(Math.ceilDiv(left, 1_000_000), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    // ---- by UDP

    private void askByDatagrams(List<Query> queries) throws IOException {
        long deadline = Waits.deadlineAfter(timeout);
        try (var socket = WireSockets.openDatagrams()) {
            socket.connect(server);
            for (var query : queries) {
                send(socket, query);
            }
            var packet = new DatagramPacket(new byte[LARGEST], LARGEST);
            while (!isOver()) {
                int millis = millisUntil(deadline);
                if (millis <= 0) {
                    return;
                }
                socket.setSoTimeout(millis);
                packet.setLength(LARGEST);
                socket.receive(packet);
                var again = take(packet.getData(), packet.getLength());
                if (again != null) {
                    send(socket, again);
                }
            }
        } catch (SocketTimeoutException e) {
            // what has come has come
        }
    }

    private void send(DatagramSocket socket, Query query) throws IOException {
        byte[] bytes = query.encode();
        socket.send(new DatagramPacket(bytes, bytes.length, server));
        open.add(query);
    }

    /// Whether nothing more has to be waited for: a name that is not there has nothing of another
    /// type either (RFC 8020).
    private boolean isOver() {
        return open.isEmpty()
                || replies.values().stream().anyMatch(one -> one.code() == Reply.NO_SUCH_NAME);
    }

    /// Takes the reply in a message, if there is one; a query to be sent again, without EDNS, or
    /// null.
    private @Nullable Query take(byte[] message, int length) {
        if (open.stream().noneMatch(query -> hasNumber(message, length, query))) {
            return null; // somebody's guess, of whatever size, costs nothing
        }
        var reply = ReplyParser.parse(message, length);
        if (reply == null) {
            return withoutEdnsAfter(message, length);
        }
        for (var query : open) {
            if (reply.answers(query)) {
                open.remove(query);
                if (query.edns() && reply.refusesEdns()) {
                    return query.withoutEdns();
                }
                replies.put(query.type(), reply);
                return null;
            }
        }
        return null;
    }

    private static boolean hasNumber(byte[] message, int length, Query query) {
        return length >= HEADER && ByteBuffer.wrap(message).getChar() == query.id();
    }

    /// Old servers answer EDNS with a header alone that says that they do not understand.
    private @Nullable Query withoutEdnsAfter(byte[] message, int length) {
        int code = length == HEADER ? message[3] & 0xf : Reply.NO_ERROR;
        if (code != Reply.FORMAT_ERROR && code != Reply.NOT_IMPLEMENTED) {
            return null;
        }
        for (var query : open) {
            if (query.edns() && hasNumber(message, length, query)) {
                open.remove(query);
                return query.withoutEdns();
            }
        }
        return null;
    }

    // ---- by TCP

    private void askByStream(List<Query> queries) throws IOException {
        long deadline = Waits.deadlineAfter(timeout);
        open.clear();
        replies.values().removeIf(Reply::isTruncated);
        try (var socket = WireSockets.openStream()) {
            int millis = millisUntil(deadline);
            socket.connect(server, Math.max(1, millis));
            for (var query : queries) {
                send(socket, query);
            }
            var in = socket.getInputStream();
            while (!isOver()) {
                byte[] message = receive(socket, in, deadline);
                var again = take(message, message.length);
                if (again != null) {
                    send(socket, again);
                }
            }
        }
    }

    private void send(Socket socket, Query query) throws IOException {
        byte[] bytes = query.encode();
        var framed = ByteBuffer.allocate(2 + bytes.length); // RFC 7766 8: in one segment
        framed.putShort((short) bytes.length).put(bytes);
        socket.getOutputStream().write(framed.array());
        open.add(query);
    }

    private static byte[] receive(Socket socket, InputStream in, long deadline) throws IOException {
        var length = new byte[2];
        readFully(socket, in, length, deadline);
        var message = new byte[ByteBuffer.wrap(length).getShort() & 0xffff];
        readFully(socket, in, message, deadline);
        return message;
    }

    private static void readFully(Socket socket, InputStream in, byte[] into, long deadline)
            throws IOException {
        int done = 0;
        while (done < into.length) {
            int millis = millisUntil(deadline);
            if (millis <= 0) {
                throw new SocketTimeoutException("Read timed out");
            }
            socket.setSoTimeout(millis);
            int n = in.read(into, done, into.length - done);
            if (n < 0) {
                throw new EOFException("the server has closed the connection");
            }
            done += n;
        }
    }
}
