// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;

/// A body whose beginning has been read already. It forgets the beginning with its last byte: a
/// `SequenceInputStream` keeps what it has read.
final class PrefixedBody extends InputStream {
    private byte @Nullable [] beginning;
    private int at;
    private int next; // behind the beginning; -1 once it is read
    private final InputStream rest;

    /// @param next one more byte that was read, behind the beginning
    PrefixedBody(byte[] beginning, int next, InputStream rest) {
        this.beginning = beginning;
        this.next = next;
        this.rest = rest;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        var there = beginning;
        if (there != null) {
            int n = Math.min(length, there.length - at);
            System.arraycopy(there, at, target, offset, n);
            at += n;
            if (at == there.length) {
                beginning = null;
            }
            return n;
        }
        if (next >= 0) {
            target[offset] = (byte) next;
            next = -1;
            return 1;
        }
        return rest.read(target, offset, length);
    }

    @Override
    public int available() throws IOException {
        var there = beginning;
        return (there == null ? 0 : there.length - at) + (next < 0 ? 0 : 1) + rest.available();
    }

    @Override
    public void close() throws IOException {
        rest.close();
    }
}
