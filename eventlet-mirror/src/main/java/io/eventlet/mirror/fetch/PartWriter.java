// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Writes to a part, one write behind the other. Where bytes are written anywhere it is noted that
/// they are there: when they are many, and when this is closed, and never before they are written.
final class PartWriter implements Closeable {
    private static final int MANY = 256 * 1024;

    private final SeekableByteChannel bytes;
    private final @Nullable SeekableByteChannel map; // null if all up to the end is there
    private long noted;
    private long at;

    private PartWriter(SeekableByteChannel bytes, @Nullable SeekableByteChannel map, long at) {
        this.bytes = bytes;
        this.map = map;
        this.at = at;
        noted = at;
    }

    /// Adds to what is there.
    static PartWriter appending(Path file) throws IOException {
        return new PartWriter(Files.newByteChannel(file, StandardOpenOption.APPEND), null, 0);
    }

    static PartWriter at(Path file, Path map, long at) throws IOException {
        var bytes = Files.newByteChannel(file, StandardOpenOption.WRITE);
        try {
            bytes.position(at);
            return new PartWriter(bytes, Files.newByteChannel(map, StandardOpenOption.APPEND), at);
        } catch (Throwable e) {
            bytes.close();
            throw e;
        }
    }

    void write(byte[] some, int count) throws IOException {
        writeAll(bytes, ByteBuffer.wrap(some, 0, count));
        at += count;
        if (at - noted >= MANY) {
            note();
        }
    }

    private void note() throws IOException {
        if (map != null && at > noted) {
            var line = noted + " " + at + "\n";
            writeAll(map, ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
            noted = at;
        }
    }

    private static void writeAll(SeekableByteChannel channel, ByteBuffer left) throws IOException {
        while (left.hasRemaining()) {
            var ignored = channel.write(left);
        }
    }

    @Override
    public void close() throws IOException {
        try (bytes;
                map) {
            note();
        }
    }
}
