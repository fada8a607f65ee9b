// SPDX-License-Identifier: Apache-2.0
package io.eventlet.transport;

import io.eventlet.os.SentFiles;
import io.eventlet.os.Sockets;

import org.jspecify.annotations.Nullable;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A file that is open to be sent by the kernel: see [Transport#sendFile]. For one thread.
public final class OpenFile implements AutoCloseable {
    private static final boolean IS_UTF_8 =
            Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"), StandardCharsets.UTF_8)
                    .equals(StandardCharsets.UTF_8);

    private final int descriptor;
    private boolean closed;

    private OpenFile(int descriptor) {
        this.descriptor = descriptor;
    }

    /// The path of a file as the kernel has it; null if no file with this path can be opened here:
    /// it is too long, or written in another encoding.
    public static byte @Nullable [] pathOf(Path file) {
        var path = file.toString().getBytes(StandardCharsets.UTF_8);
        boolean isAscii = path.length == file.toString().length();
        return path.length <= SentFiles.MAX_PATH && (isAscii || IS_UTF_8) ? path : null;
    }

    /// Opens a file, which is no link; null if that fails. As quick as to ask for its attributes.
    public static @Nullable OpenFile open(byte[] path) {
        int descriptor = SentFiles.open(path);
        return descriptor < 0 ? null : new OpenFile(descriptor);
    }

    /// A path that leads to it as long as it is open, whatever has become of its own.
    public Path path() {
        return Path.of("/proc/self/fd/" + descriptor());
    }

    /// Whether a byte of it can be sent without waiting for a disk.
    public boolean isInMemory(long position) {
        return SentFiles.isInMemory(descriptor(), position);
    }

    /// For the transport; an `IllegalStateException` once it is closed.
    public int descriptor() {
        if (closed) {
            throw new IllegalStateException("the file is closed");
        }
        return descriptor;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Sockets.close(descriptor);
        }
    }
}
