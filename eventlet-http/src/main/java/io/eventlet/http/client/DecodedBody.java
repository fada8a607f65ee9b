// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Objects;

/// A body without one of its codings. An empty body is the encoding of an empty one, whatever the
/// coding.
final class DecodedBody extends InputStream {
    private static final int SCRAP = 1024;
    private static final int MOST_SCRAPS = 64;

    private final ResponseBody body;
    private final InputStream encoded;
    private final ContentDecoder decoder;
    private final long limit;
    private @Nullable InputStream decoded; // null before the first byte
    private boolean ended;
    private long count;

    DecodedBody(ResponseBody body, InputStream encoded, ContentDecoder decoder, long limit) {
        this.body = body;
        this.encoded = encoded;
        this.decoder = decoder;
        this.limit = limit;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int size) throws IOException {
        Objects.checkFromIndexSize(offset, size, into.length);
        if (size == 0) {
            return 0;
        }
        if (ended) {
            return -1;
        }
        boolean done = false;
        try {
            var stream = open();
            int n = stream == null ? -1 : stream.read(into, offset, size);
            count += Math.max(0, n);
            if (limit > 0 && count > limit) {
                throw ResponseBody.tooLong(limit);
            }
            if (n < 0) {
                ended = true;
                skipRest();
            }
            done = true;
            return n;
        } finally {
            if (!done) {
                body.close();
            }
        }
    }

    private @Nullable InputStream open() throws IOException {
        if (decoded == null) {
            int first = encoded.read();
            if (first < 0) {
                return null;
            }
            var whole = new PushbackInputStream(encoded, 1);
            whole.unread(first);
            decoded = decoder.decode(whole);
        }
        return decoded;
    }

    /// What ends the body behind the encoded part, and should be nothing but the last chunk.
    private void skipRest() throws IOException {
        var scrap = new byte[SCRAP];
        for (int i = 0; i < MOST_SCRAPS && encoded.read(scrap, 0, SCRAP) >= 0; i++) {}
    }

    @Override
    public void close() throws IOException {
        ended = true;
        try (var _ = encoded) {
            if (decoded != null) {
                decoded.close();
            }
        }
    }
}
