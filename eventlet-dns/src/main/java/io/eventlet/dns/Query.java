// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A question to a server.
///
/// @param id which its answer has too; who cannot see it has to guess it
/// @param edns whether to say that we take answers of more than 512 bytes (RFC 6891)
record Query(int id, String name, RecordType type, boolean edns) {
    /// What fits into the packets of most paths: DNS flag day 2020.
    static final int UDP_SIZE = 1232;

    static final int CLASS_IN = 1;
    private static final int RECURSION_DESIRED = 0x0100;

    /// As it goes over the wire, by UDP.
    byte[] encode() {
        var out = ByteBuffer.allocate(12 + name.length() + 2 + 4 + 11);
        out.putShort((short) id);
        out.putShort((short) RECURSION_DESIRED);
        out.putShort((short) 1); // questions
        out.putShort((short) 0);
        out.putShort((short) 0);
        out.putShort((short) (edns ? 1 : 0)); // additional records
        for (String label : name.split("\\.", -1)) {
            out.put((byte) label.length());
            out.put(label.getBytes(StandardCharsets.ISO_8859_1));
        }
        out.put((byte) 0);
        out.putShort((short) type.code);
        out.putShort((short) CLASS_IN);
        if (edns) {
            out.put((byte) 0); // of the root
            out.putShort((short) RecordType.OPT.code);
            out.putShort((short) UDP_SIZE);
            out.putInt(0);
            out.putShort((short) 0);
        }
        var bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    Query withoutEdns() {
        return new Query(id, name, type, false);
    }
}
