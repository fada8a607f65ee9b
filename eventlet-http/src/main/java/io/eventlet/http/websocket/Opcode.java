// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

/// The bits of the first two bytes of a frame (RFC 6455, 5.2).
final class Opcode {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    static final int FIN = 0x80;
    static final int RSV1 = 0x40; // the message is compressed
    static final int RESERVED = 0x30;
    static final int OPCODE = 0xf;
    static final int MASKED = 0x80;
    static final int LENGTH = 0x7f;
    static final int TWO_BYTES = 126; // as a length: it is in two bytes that follow
    static final int EIGHT_BYTES = 127;
    static final int LONGEST_CONTROL = 125;
    static final int LONGEST_HEADER = 14;

    private Opcode() {}

    static boolean isControl(int opcode) {
        return opcode >= CLOSE;
    }

    static boolean isKnown(int opcode) {
        return opcode <= BINARY || (opcode >= CLOSE && opcode <= PONG);
    }
}
