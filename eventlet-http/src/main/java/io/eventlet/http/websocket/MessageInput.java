// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.util.Objects;

/// A message that is read while it comes: see [WebSocket#receiveStream()].
///
/// Reading throws an `EOFException` if the WebSocket ends before the message does.
public final class MessageInput extends InputStream {
    private final WebSocket socket;
    private final boolean isText;
    private boolean isAtEnd;

    MessageInput(WebSocket socket, boolean isText) {
        this.socket = socket;
        this.isText = isText;
    }

    /// Whether it is text; then the bytes are UTF-8, which has been checked as far as it was read.
    public boolean isText() {
        return isText;
    }

    /// The message as text.
    public Reader reader() {
        return new InputStreamReader(this, UTF_8);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (isAtEnd) {
            return -1;
        }
        int n = socket.read(this, into, offset, length);
        isAtEnd = n < 0;
        return n;
    }
}
