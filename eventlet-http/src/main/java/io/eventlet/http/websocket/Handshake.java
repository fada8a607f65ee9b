// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// What both sides know of the opening handshake (RFC 6455, 4).
final class Handshake {
    static final String VERSION = "13";
    static final String KEY = "Sec-WebSocket-Key";
    static final String ACCEPT = "Sec-WebSocket-Accept";
    static final String PROTOCOL = "Sec-WebSocket-Protocol";
    static final String EXTENSIONS = "Sec-WebSocket-Extensions";
    static final String VERSION_FIELD = "Sec-WebSocket-Version";

    private static final int KEY_BYTES = 16;
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // of the RFC

    private static final MessageDigest SHA1 = sha1(); // never used itself

    private Handshake() {}

    static String newKey() {
        return Base64.getEncoder().encodeToString(MaskKeys.bytes(KEY_BYTES));
    }

    static boolean isKey(String text) {
        try {
            return text.length() == KEY_BYTES / 2 * 3
                    && Base64.getDecoder().decode(text).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// The answer to a key.
    static String accept(String key) {
        var digest = newSha1().digest((key + GUID).getBytes(ISO_8859_1));
        return Base64.getEncoder().encodeToString(digest);
    }

    /// A clone, because `getInstance` leaves something with the thread, which lives as long as its
    /// WebSocket.
    private static MessageDigest newSha1() {
        try {
            return (MessageDigest) SHA1.clone();
        } catch (CloneNotSupportedException e) {
            return sha1();
        }
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) { // every JDK has it
            throw new IllegalStateException(e);
        }
    }

    /// The members of a list in fields, in their order.
    static List<String> members(List<String> fields) {
        var members = new ArrayList<String>();
        for (var field : fields) {
            for (var member : field.split(",", -1)) {
                if (!member.isBlank()) {
                    members.add(member.strip());
                }
            }
        }
        return members;
    }
}
