// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/// The codings that the JDK knows.
final class Inflating {
    private static final int BUFFER = 8192;

    private Inflating() {}

    static InputStream gzip(InputStream encoded) throws IOException {
        return new GZIPInputStream(encoded, BUFFER);
    }

    /// In the format of zlib, as RFC 9110, 8.4.1.2 has it, or without, as some servers have it.
    static InputStream deflate(InputStream encoded) throws IOException {
        byte[] head = encoded.readNBytes(2);
        var whole = new PushbackInputStream(encoded, 2);
        whole.unread(head);
        boolean zlib =
                head.length == 2
                        && (head[0] & 0x0f) == 8
                        && (((head[0] & 0xff) << 8) | (head[1] & 0xff)) % 31 == 0;
        return new Inflated(whole, new Inflater(!zlib));
    }

    private static final class Inflated extends InflaterInputStream {
        Inflated(InputStream in, Inflater inflater) {
            super(in, inflater, BUFFER);
        }

        @Override
        public void close() throws IOException {
            inf.end();
            super.close();
        }
    }
}
