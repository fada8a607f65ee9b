// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads a message of a server, which may be anything (RFC 1035 4.1).
final class ReplyParser {
    private static final int MOST_POINTERS = 64; // no server that means well needs so many
    private static final int RESPONSE = 0x8000;
    private static final int OPCODE = 0x7800;
    private static final int TRUNCATED = 0x0200;
    private static final int POINTER = 0xc0;

    private final ByteBuffer in;
    private int extendedCode;

    private ReplyParser(ByteBuffer in) {
        this.in = in;
    }

    /// The reply in a message; null if it is none, or broken.
    static @Nullable Reply parse(byte[] message, int length) {
        try {
            return new ReplyParser(ByteBuffer.wrap(message, 0, length)).reply();
        } catch (BufferUnderflowException | Malformed e) {
            return null;
        }
    }

    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;
    }

    private @Nullable Reply reply() throws Malformed {
        int id = unsignedShort();
        int flags = unsignedShort();
        int questions = unsignedShort();
        int answerCount = unsignedShort();
        int authorityCount = unsignedShort();
        int additionalCount = unsignedShort();
        if ((flags & RESPONSE) == 0 || (flags & OPCODE) != 0 || questions != 1) {
            return null;
        }
        String name = name();
        var type = RecordType.of(unsignedShort());
        if (unsignedShort() != Query.CLASS_IN) {
            return null;
        }
        boolean truncated = (flags & TRUNCATED) != 0;
        List<ResourceRecord> answers = List.of();
        List<ResourceRecord> authority = List.of();
        if (!truncated) { // what is there may end anywhere
            answers = records(answerCount);
            authority = records(authorityCount);
            var ignored = records(additionalCount);
        }
        int code = (flags & 0xf) | (extendedCode << 4);
        return new Reply(id, code, truncated, name, type, answers, authority);
    }

    private List<ResourceRecord> records(int count) throws Malformed {
        var all = new ArrayList<ResourceRecord>();
        for (int i = 0; i < count; i++) {
            var one = resourceRecord();
            if (one != null) {
                all.add(one);
            }
        }
        return all;
    }

    /// The next record; null if it is of no type that we know.
    private @Nullable ResourceRecord resourceRecord() throws Malformed {
        String name = name();
        var type = RecordType.of(unsignedShort());
        int classOf = unsignedShort();
        int seconds = in.getInt();
        int length = unsignedShort();
        int end = in.position() + length;
        if (end > in.limit()) {
            throw new Malformed();
        }
        if (type == RecordType.OPT) {
            extendedCode = seconds >>> 24;
        }
        ResourceRecord found = null;
        if (classOf == Query.CLASS_IN) {
            long kept = Math.max(0, seconds); // RFC 2181 8: one with the upper bit counts as 0
            found = data(name, type, kept, length);
            if (found != null && in.position() != end) {
                throw new Malformed();
            }
        }
        in.position(end);
        return found;
    }

    private @Nullable ResourceRecord data(String name, RecordType type, long seconds, int length)
            throws Malformed {
        return switch (type) {
            case A, AAAA -> {
                var address = new byte[type == RecordType.A ? 4 : 16];
                if (length != address.length) {
                    throw new Malformed();
                }
                in.get(address);
                yield new ResourceRecord(name, type, seconds, addressOf(address), null, 0);
            }
            case CNAME, PTR -> new ResourceRecord(name, type, seconds, null, name(), 0);
            case SOA -> {
                String _ = name(); // of the server
                String _ = name(); // of the mailbox
                in.position(checked(in.position() + 16)); // serial, refresh, retry, expire
                long minimum = Math.max(0, in.getInt());
                yield new ResourceRecord(name, type, seconds, null, null, minimum);
            }
            case OPT, OTHER -> null;
        };
    }

    private static InetAddress addressOf(byte[] bytes) throws Malformed {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) { // of no such length
            throw new Malformed();
        }
    }

    private int unsignedShort() {
        return in.getShort() & 0xffff;
    }

    private int checked(int position) throws Malformed {
        if (position > in.limit()) {
            throw new Malformed();
        }
        return position;
    }

    /// A name, with what it shares with earlier ones (RFC 1035 4.1.4). Each pointer leads further
    /// back, so that none leads in a circle.
    private String name() throws Malformed {
        var text = new StringBuilder();
        int after = -1;
        int start = in.position();
        int pointers = 0;
        while (true) {
            int length = in.get() & 0xff;
            if ((length & POINTER) == POINTER) {
                int to = ((length & ~POINTER) << 8) | (in.get() & 0xff);
                if (after < 0) {
                    after = in.position();
                }
                if (to >= start || ++pointers > MOST_POINTERS) {
                    throw new Malformed();
                }
                start = to;
                in.position(to);
            } else if (length == 0) {
                break;
            } else if ((length & POINTER) != 0) {
                throw new Malformed();
            } else {
                appendLabel(text, length);
            }
        }
        if (after >= 0) {
            in.position(after);
        }
        return text.toString().toLowerCase(Locale.ROOT);
    }

    private void appendLabel(StringBuilder text, int length) throws Malformed {
        var label = new byte[length];
        in.get(label);
        if (!text.isEmpty()) {
            text.append('.');
        }
        for (byte b : label) {
            if (b == '.' || b == '\\') { // else two labels would look like one name
                text.append('\\');
            }
            text.append((char) (b & 0xff));
        }
        if (text.length() > 2 * (DomainName.LONGEST + 1)) {
            throw new Malformed();
        }
    }
}
