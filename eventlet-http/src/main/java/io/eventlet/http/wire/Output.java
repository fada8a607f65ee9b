// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import io.eventlet.http.Headers;

import java.io.IOException;

/// What is sent to a peer, gathered in a buffer so that small pieces go out together. For one
/// thread at a time.
public final class Output {
    /// Where bytes go to: takes all of them, or throws.
    @FunctionalInterface
    public interface Sink {
        void write(byte[] from, int offset, int length) throws IOException;
    }

    private static final int LAST_OF_LATIN_1 = 0xff;
    private static final byte[] EMPTY = new byte[0];

    private final Sink sink;
    private byte[] buffer;
    private int count;
    private long sent;

    /// Without a buffer: until one is attached, each piece is sent by itself.
    public Output(Sink sink) {
        this(sink, EMPTY);
    }

    public Output(Sink sink, byte[] buffer) {
        this.sink = sink;
        this.buffer = buffer;
    }

    /// All that was written so far, sent or not.
    public long written() {
        return sent + count;
    }

    /// Counts bytes that were sent past this, which was empty then.
    public void noteSent(long n) {
        sent += n;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    /// Gives the buffer away, which must be empty, and goes on with another later.
    public byte[] detach() {
        var given = buffer;
        buffer = EMPTY;
        return given;
    }

    public void attach(byte[] given) {
        buffer = given;
    }

    public void write(int b) throws IOException {
        if (count == buffer.length) {
            write(new byte[] {(byte) b}, 0, 1);
        } else {
            buffer[count++] = (byte) b;
        }
    }

    public void write(byte[] bytes) throws IOException {
        write(bytes, 0, bytes.length);
    }

    /// Bytes that do not fit are sent with what is there before them.
    public void write(byte[] from, int offset, int length) throws IOException {
        if (length > buffer.length - count) {
            flush();
            if (length >= buffer.length) {
                sent += length;
                sink.write(from, offset, length);
                return;
            }
        }
        System.arraycopy(from, offset, buffer, count, length);
        count += length;
    }

    /// Latin-1. Throws an `IllegalArgumentException` for other text, of which nothing is written:
    /// cut to a byte, a character beyond could become a line end.
    public void write(String text) throws IOException {
        int length = text.length();
        if (length > buffer.length - count) {
            flush();
            if (length > buffer.length) {
                var bytes = new byte[length];
                copy(text, bytes, 0);
                write(bytes);
                return;
            }
        }
        copy(text, buffer, count);
        count += length;
    }

    private static void copy(String text, byte[] into, int at) {
        int all = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            into[at + i] = (byte) c;
            all |= c;
        }
        if (all > LAST_OF_LATIN_1) {
            throw new IllegalArgumentException("not Latin-1: " + text);
        }
    }

    public void write(Headers headers) throws IOException {
        var fields = headers.fields();
        int length = fields.length();
        if (length > buffer.length - count) {
            flush();
            if (length > buffer.length) {
                var bytes = new byte[length];
                fields.copyTo(bytes, 0);
                write(bytes);
                return;
            }
        }
        fields.copyTo(buffer, count);
        count += length;
    }

    public void writeDecimal(long n) throws IOException {
        int digits = 1;
        for (long rest = n; rest >= 10; rest /= 10) {
            digits++;
        }
        if (n < 0 || digits > buffer.length) {
            write(Long.toString(n));
            return;
        }
        if (digits > buffer.length - count) {
            flush();
        }
        count += digits;
        int at = count;
        for (long rest = n; digits-- > 0; rest /= 10) {
            buffer[--at] = (byte) ('0' + rest % 10);
        }
    }

    /// Sends what is there.
    public void flush() throws IOException {
        int length = count;
        count = 0; // what fails has failed: it is not sent twice
        if (length > 0) {
            sent += length;
            sink.write(buffer, 0, length);
        }
    }
}
