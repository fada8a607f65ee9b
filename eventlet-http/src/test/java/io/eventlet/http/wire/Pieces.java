// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/// A peer whose bytes come in pieces of some lengths. Whoever goes on reading after the end without
/// an end of his own is stopped.
final class Pieces implements Input.Source {
    private static final int MOST_READS_AT_END = 100;

    /// How long the next piece is.
    @FunctionalInterface
    interface Lengths {
        int next();
    }

    private final byte[] bytes;
    private final Lengths lengths;
    private int at;
    private int readsAtEnd;

    Pieces(byte[] bytes, Lengths lengths) {
        this.bytes = bytes;
        this.lengths = lengths;
    }

    static Pieces whole(byte[] bytes) {
        return new Pieces(bytes, () -> Integer.MAX_VALUE);
    }

    static Pieces single(byte[] bytes) {
        return new Pieces(bytes, () -> 1);
    }

    static Pieces random(byte[] bytes, Random random) {
        return new Pieces(bytes, () -> 1 + random.nextInt(1 << random.nextInt(8)));
    }

    /// An input in which all of a text has come at once.
    static Input input(String text) {
        return new Input(whole(bytes(text)), new byte[8192]);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Bytes as they would stand in a text of Java.
    static String text(byte[] bytes) {
        var shown = new StringBuilder();
        for (byte b : bytes) {
            if (b >= ' ' && b < 0x7f && b != '\\' && b != '"') {
                shown.append((char) b);
            } else {
                shown.append("\\u%04x".formatted(b & 0xff));
            }
        }
        return shown.toString();
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (at == bytes.length) {
            if (++readsAtEnd > MOST_READS_AT_END) {
                throw new IllegalStateException("read on and on after the end");
            }
            return -1;
        }
        int n = Math.min(Math.min(lengths.next(), length), bytes.length - at);
        if (n <= 0) {
            throw new IllegalStateException("asked for %d bytes".formatted(length));
        }
        System.arraycopy(bytes, at, into, offset, n);
        at += n;
        return n;
    }
}
