// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import java.nio.charset.StandardCharsets;

/// Codes that say why a WebSocket was closed (RFC 6455, 7.4, and IANA's list).
final class CloseCode {
    static final int NORMAL = 1000;
    static final int GOING_AWAY = 1001;
    static final int PROTOCOL_ERROR = 1002;
    static final int NONE = 1005; // never sent
    static final int ABNORMAL = 1006; // never sent
    static final int BAD_DATA = 1007;
    static final int TOO_BIG = 1009;
    static final int INTERNAL_ERROR = 1011;

    static final int LONGEST_REASON = Opcode.LONGEST_CONTROL - 2;

    private CloseCode() {}

    /// Whether it may stand in a close frame.
    static boolean isSent(int code) {
        return (code >= 1000 && code <= 1003)
                || (code >= 1007 && code <= 1014)
                || (code >= 3000 && code <= 4999);
    }

    /// The payload of a close frame; a reason that is too long is cut between characters.
    static byte[] payload(int code, String reason) {
        var words = reason.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(words.length, LONGEST_REASON);
        while (length < words.length && (words[length] & 0xc0) == 0x80) { // within a character
            length--;
        }
        var payload = new byte[Short.BYTES + length];
        payload[0] = (byte) (code >> Byte.SIZE);
        payload[1] = (byte) code;
        System.arraycopy(words, 0, payload, Short.BYTES, length);
        return payload;
    }

    /// The payload that answers a close frame: its code, if it had one.
    static byte[] echo(int code) {
        return code == NONE ? new byte[0] : payload(code, "");
    }
}
