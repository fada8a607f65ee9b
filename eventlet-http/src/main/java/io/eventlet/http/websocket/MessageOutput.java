// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/// A message that is sent while it is written: a fragment for each buffer that is full.
final class MessageOutput extends OutputStream {
    private final Outgoing outgoing;
    private final byte[] buffer;
    private int opcode;
    private int count;
    private boolean isClosed;

    MessageOutput(Outgoing outgoing, int opcode) throws IOException {
        this.outgoing = outgoing;
        this.opcode = opcode;
        outgoing.beginMessage();
        buffer = Spares.BUFFERS.take();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (isClosed) {
            throw new IOException("the message has ended");
        }
        int done = 0;
        while (done < length) {
            if (count == buffer.length) {
                flush();
            }
            int n = Math.min(length - done, buffer.length - count);
            System.arraycopy(bytes, offset + done, buffer, count, n);
            count += n;
            done += n;
        }
    }

    /// Sends what was written, as a fragment.
    @Override
    public void flush() throws IOException {
        if (count > 0) {
            send(false);
        }
    }

    private void send(boolean last) throws IOException {
        int first = opcode;
        int length = count;
        opcode = Opcode.CONTINUATION;
        count = 0;
        outgoing.piece(first, buffer, 0, length, last);
    }

    @Override
    public void close() throws IOException {
        if (!isClosed) {
            isClosed = true;
            try {
                send(true);
            } finally {
                Spares.BUFFERS.give(buffer);
                outgoing.endMessage();
            }
        }
    }
}
