// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import io.eventlet.poll.Endpoint;

import java.io.IOException;
import java.nio.ByteBuffer;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/// The receiving side of a TLS connection: bytes that came and are not yet a whole packet, and what
/// a packet held that nobody has read yet.
///
/// Only [#fill] waits, and a wait that is cancelled leaves everything as it was. Not thread-safe:
/// used by whoever makes the handshake, then by the one reader.
final class TlsInput {
    private static final byte[] NOTHING = {};
    private static final int SMALL = 2048; // what waits for the rest of a packet, if it holds that
    private static final int HEADER = 5;
    private static final int MAX_DROPPED = 1 << 20;

    private final SSLEngine engine;
    private final Endpoint endpoint;
    private final boolean exact;
    private byte[] packets = NOTHING;
    private int start;
    private int end;
    private byte[] plain = NOTHING;
    private int plainStart;
    private int plainEnd;

    /// With `exact`, it receives no byte beyond the packet it is in: the connection goes on without
    /// TLS some time.
    TlsInput(SSLEngine engine, Endpoint endpoint, boolean exact) {
        this.engine = engine;
        this.endpoint = endpoint;
        this.exact = exact;
    }

    /// The bytes that can be read without looking at another packet.
    int plain() {
        return plainEnd - plainStart;
    }

    /// Whether something came that nobody has taken; a rough look, unless the reader asks.
    boolean isUnread() {
        return plain() > 0 || end > start;
    }

    /// Takes of what a packet held; 0 if nothing is left.
    int take(byte[] into, int offset, int length) {
        int n = Math.min(length, plain());
        System.arraycopy(plain, plainStart, into, offset, n);
        plainStart += n;
        if (n > 0 && plainStart == plainEnd) {
            PacketBuffers.giveBack(plain);
            plain = NOTHING;
            plainStart = 0;
            plainEnd = 0;
        }
        return n;
    }

    /// Has the engine open a packet, into an array.
    SSLEngineResult unwrap(byte[] into, int offset, int length) throws SSLException {
        var source = ByteBuffer.wrap(packets, start, end - start);
        try {
            return engine.unwrap(source, ByteBuffer.wrap(into, offset, length));
        } finally {
            start = source.position();
            if (start == end) {
                drop();
            }
        }
    }

    /// Has the engine open a packet into memory of ours, to be taken.
    SSLEngineResult unwrap() throws SSLException {
        if (plain.length == 0) {
            plain = PacketBuffers.take(engine.getSession().getApplicationBufferSize());
        }
        var result = unwrap(plain, plainEnd, plain.length - plainEnd);
        plainEnd += result.bytesProduced();
        if (plainEnd == 0) {
            PacketBuffers.giveBack(plain);
            plain = NOTHING;
        }
        return result;
    }

    SSLEngineResult unwrapWithoutData() throws SSLException {
        return unwrap(NOTHING, 0, 0);
    }

    /// Receives more of a packet, by a deadline; false at the end of the stream. A connection that
    /// is idle waits without a buffer, and one of which little has come with a small one.
    boolean fill(long deadline) throws IOException {
        if (start == end) {
            endpoint.awaitReadable(deadline);
            packets = PacketBuffers.take(PacketBuffers.SIZE);
        } else {
            fit();
        }
        try {
            int room = packets.length - end;
            int n = endpoint.read(packets, end, exact ? Math.min(room, missing()) : room, deadline);
            if (n > 0) {
                end += n;
            }
            return n >= 0;
        } finally {
            if (start == end) {
                drop();
            }
        }
    }

    /// Drops what has come, up to a megabyte.
    void dropUnread(long deadline) throws IOException {
        var dropped = PacketBuffers.take(PacketBuffers.SIZE);
        try {
            int n = 1;
            for (int all = 0; n > 0 && all < MAX_DROPPED && endpoint.available() > 0; all += n) {
                n = endpoint.read(dropped, 0, dropped.length, deadline);
            }
        } finally {
            PacketBuffers.giveBack(dropped);
        }
    }

    private void fit() throws IOException {
        int length = end - start;
        if (length < SMALL && packets.length > SMALL && endpoint.available() == 0) {
            move(new byte[SMALL]);
        } else if (end == packets.length) {
            if (length >= PacketBuffers.SIZE) {
                throw new SSLException("A packet of more than " + length + " bytes");
            }
            move(start == 0 ? PacketBuffers.take(PacketBuffers.SIZE) : packets);
        }
    }

    private void move(byte[] to) {
        int length = end - start;
        System.arraycopy(packets, start, to, 0, length);
        if (to != packets) {
            PacketBuffers.giveBack(packets);
        }
        packets = to;
        start = 0;
        end = length;
    }

    /// What the packet lacks that began to come: its header tells its length.
    private int missing() {
        int length = end - start;
        if (length < HEADER) {
            return HEADER - length;
        }
        int body = (packets[start + 3] & 0xff) << 8 | (packets[start + 4] & 0xff);
        return Math.max(1, HEADER + body - length);
    }

    private void drop() {
        start = 0;
        end = 0;
        PacketBuffers.giveBack(packets);
        packets = NOTHING;
    }
}
