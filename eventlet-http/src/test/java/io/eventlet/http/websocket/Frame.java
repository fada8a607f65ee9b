// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.HexFormat;

/// A frame, as tests write and read it: without any check, and without the code that is tested.
@SuppressWarnings("ArrayRecordComponent") // compared by their texts
record Frame(boolean fin, int rsv, int opcode, byte[] payload) {
    private static final int KEY = 0x37fa213d; // of RFC 6455, 5.7

    static Frame text(String text) {
        return of(1, text.getBytes(UTF_8));
    }

    static Frame binary(int length) {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        return of(2, bytes);
    }

    static Frame ping(String payload) {
        return of(9, payload.getBytes(ISO_8859_1));
    }

    static Frame pong(String payload) {
        return of(10, payload.getBytes(ISO_8859_1));
    }

    static Frame close(int code, String reason) {
        var words = reason.getBytes(UTF_8);
        var payload = new byte[2 + words.length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(words, 0, payload, 2, words.length);
        return of(8, payload);
    }

    static Frame close() {
        return of(8, new byte[0]);
    }

    static Frame of(int opcode, byte[] payload) {
        return new Frame(true, 0, opcode, payload);
    }

    static Frame hex(int opcode, String payload) {
        return of(opcode, HexFormat.of().parseHex(payload.replace(" ", "")));
    }

    /// A further fragment.
    static Frame more(String text) {
        return of(0, text.getBytes(UTF_8));
    }

    /// With more fragments to follow.
    Frame open() {
        return new Frame(false, rsv, opcode, payload);
    }

    Frame rsv(int bits) {
        return new Frame(fin, bits, opcode, payload);
    }

    byte[] bytes(boolean masked) {
        var bytes = new ByteArrayOutputStream();
        bytes.write((fin ? 0x80 : 0) | (rsv << 4) | opcode);
        int mask = masked ? 0x80 : 0;
        if (payload.length < 126) {
            bytes.write(mask | payload.length);
        } else if (payload.length < 1 << 16) {
            bytes.write(mask | 126);
            bytes.write(payload.length >> 8);
            bytes.write(payload.length);
        } else {
            bytes.write(mask | 127);
            bytes.writeBytes(new byte[4]);
            for (int shift = 24; shift >= 0; shift -= 8) {
                bytes.write(payload.length >> shift);
            }
        }
        if (masked) {
            for (int shift = 24; shift >= 0; shift -= 8) {
                bytes.write(KEY >> shift);
            }
        }
        for (int i = 0; i < payload.length; i++) {
            bytes.write(masked ? payload[i] ^ (KEY >> (24 - i % 4 * 8)) : payload[i]);
        }
        return bytes.toByteArray();
    }

    static Frame read(DataInputStream in) throws IOException {
        int one = in.readUnsignedByte();
        int two = in.readUnsignedByte();
        long length =
                switch (two & 0x7f) {
                    case 126 -> in.readUnsignedShort();
                    case 127 -> in.readLong();
                    default -> two & 0x7f;
                };
        var key = in.readNBytes(two >> 7 == 1 ? 4 : 0);
        var payload = in.readNBytes((int) length);
        if (payload.length < length) {
            throw new EOFException("the end of a frame is missing");
        }
        for (int i = 0; i < payload.length && key.length > 0; i++) {
            payload[i] ^= key[i % 4];
        }
        return new Frame((one & 0x80) != 0, one >> 4 & 7, one & 0xf, payload);
    }

    /// As `text Hello`, `binary 5`, `close 1000`, with `...` for one that others follow.
    @Override
    public String toString() {
        var name =
                switch (opcode) {
                    case 0 -> "more " + new String(payload, UTF_8);
                    case 1 -> "text " + (rsv == 0 ? new String(payload, UTF_8) : hex());
                    case 2 -> "binary " + (rsv == 0 ? "" + payload.length : hex());
                    case 8 -> "close " + (payload.length == 0 ? "-" : "" + code());
                    case 9 -> "ping " + new String(payload, ISO_8859_1);
                    case 10 -> "pong " + new String(payload, ISO_8859_1);
                    default -> "opcode " + opcode;
                };
        return (rsv == 0 ? "" : "rsv" + rsv + " ") + name + (fin ? "" : "...");
    }

    private String hex() {
        return HexFormat.ofDelimiter(" ").formatHex(payload);
    }

    int code() {
        return ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
    }
}
