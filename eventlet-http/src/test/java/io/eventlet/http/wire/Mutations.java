// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Makes inputs out of a corpus, with a seed: the same ones every time.
final class Mutations {
    private static final int LONGEST = 2048;
    private static final String[] NASTY = {
        "\r",
        "\n",
        "\r\n",
        "\r\n\r\n",
        "\0",
        "\t",
        " ",
        "\u000b",
        "\u007f",
        "\u0085",
        "\u00ff",
        ":",
        ",",
        ";",
        "=",
        "\"",
        "\\",
        "%",
        "%0d",
        "%zz",
        "/",
        "//",
        "/../",
        "?",
        "#",
        "@",
        "[",
        "]",
        "[::1]",
        "[v1.a]",
        "::",
        "*",
        "-1",
        "+1",
        "0x5",
        "00",
        "007",
        "1_0",
        "18446744073709551616",
        "ffffffffffffffff",
        "5, 5",
        "0\r\n\r\n",
        "Content-Length: 3\r\n",
        "Content-Length:",
        "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: ",
        "chunked",
        ", chunked",
        "identity",
        "gzip",
        "Host: b\r\n",
        "Host:",
        "Connection: close\r\n",
        "keep-alive",
        "Expect: 100-continue\r\n",
        "Expect: x\r\n",
        "HTTP/1.1",
        "HTTP/1.0",
        "HTTP/2.0",
        "HTTP/1.9",
        "http://",
        "https://a:443",
        "CONNECT ",
        "OPTIONS ",
        "GET ",
        " HTTP/1.1\r\nHost: a\r\n\r\n",
        "200 ",
        "204 ",
        "\r\n ",
        ";a=b",
        "; a = \"b\"",
        "X-Y: z\r\n",
        "0\r\nX: y\r\n\r\n",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    };

    private final List<byte[]> corpus;
    private final Random random;

    Mutations(List<String> corpus, Random random) {
        this.corpus = corpus.stream().map(Pieces::bytes).toList();
        this.random = random;
    }

    byte[] next() {
        var bytes = any().clone();
        for (int i = random.nextInt(1 + random.nextInt(5)); i >= 0; i--) {
            bytes = mutated(bytes);
        }
        return bytes.length <= LONGEST ? bytes : Arrays.copyOf(bytes, LONGEST);
    }

    private byte[] any() {
        return corpus.get(random.nextInt(corpus.size()));
    }

    private byte[] mutated(byte[] bytes) {
        int from = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, from + random.nextInt(1 << random.nextInt(6)));
        return switch (random.nextInt(8)) {
            case 0 -> replaced(bytes, from, to, new byte[0]);
            case 1 -> replaced(bytes, from, to, nasty());
            case 2 -> replaced(bytes, from, from, Arrays.copyOfRange(bytes, from, to));
            case 3 -> Arrays.copyOf(bytes, from);
            case 4 -> replaced(bytes, from, bytes.length, tail(any()));
            case 5 -> withFlippedBit(bytes, from);
            case 6 -> replaced(bytes, bytes.length, bytes.length, any());
            default -> replaced(bytes, from, from, nasty());
        };
    }

    private byte[] nasty() {
        return Pieces.bytes(NASTY[random.nextInt(NASTY.length)]);
    }

    private byte[] tail(byte[] bytes) {
        return Arrays.copyOfRange(bytes, random.nextInt(bytes.length + 1), bytes.length);
    }

    private byte[] withFlippedBit(byte[] bytes, int at) {
        var flipped = bytes.clone();
        if (at < bytes.length) {
            flipped[at] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    private static byte[] replaced(byte[] bytes, int from, int to, byte[] with) {
        var made = new byte[from + with.length + bytes.length - to];
        System.arraycopy(bytes, 0, made, 0, from);
        System.arraycopy(with, 0, made, from, with.length);
        System.arraycopy(bytes, to, made, from + with.length, bytes.length - to);
        return made;
    }
}
