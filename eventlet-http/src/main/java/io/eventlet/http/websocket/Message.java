// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

/// What a peer sent: text or bytes, whole.
public sealed interface Message {
    /// Text.
    ///
    /// @param text what was sent, which may be empty
    record Text(String text) implements Message {}

    /// Bytes.
    ///
    /// @param bytes what was sent, which may be none; the receiver's own array
    @SuppressWarnings("ArrayRecordComponent") // compared as arrays are
    record Binary(byte[] bytes) implements Message {
        @Override
        public String toString() {
            return "Binary[%d bytes]".formatted(bytes.length);
        }
    }
}
