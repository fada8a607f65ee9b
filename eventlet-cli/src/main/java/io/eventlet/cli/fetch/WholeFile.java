// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import io.eventlet.cli.process.BlockingCalls;
import io.eventlet.cli.process.FileTrouble;
import io.eventlet.cli.web.FailureKind;
import io.eventlet.cli.web.KnownFailure;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/// A file that is there whole or not at all.
///
/// It is written under another name beside its place and moved there at the end. Directories,
/// writes and the move block their thread, so a few platform threads do them while the green thread
/// waits; a body smaller than a chunk costs one such visit.
final class WholeFile {
    private static final int CHUNK = 32 * 1024;
    static final BlockingCalls DISK = new BlockingCalls("eventlet-disk", 4);

    private final Path path;
    private final Path draft;
    private @Nullable OutputStream out; // one disk thread at a time: every visit is waited for

    private WholeFile(Path path) {
        this.path = path;
        this.draft =
                path.resolveSibling(
                        "." + path.getFileName() + "." + ProcessHandle.current().pid() + ".part");
    }

    /// Writes all that the body gives to the path, replacing what is there; returns its size.
    ///
    /// @throws KnownFailure of the kind "disk" when the file system says no
    /// @throws IOException what the body threw
    static long write(InputStream body, Path path) throws Exception {
        var file = new WholeFile(path);
        byte[] chunk = new byte[CHUNK];
        try {
            long size = 0;
            boolean last = false;
            while (!last) {
                int n = body.readNBytes(chunk, 0, CHUNK);
                last = n < CHUNK;
                file.add(chunk, n, last);
                size += n;
            }
            return size;
        } catch (Exception | Error e) {
            file.abandon(e);
            throw e;
        }
    }

    private void add(byte[] chunk, int n, boolean last) throws Exception {
        try {
            DISK.finish(() -> addOnDisk(chunk, n, last));
        } catch (IOException e) {
            String message = "cannot write '" + path + "': " + FileTrouble.reason(e);
            throw new KnownFailure(FailureKind.DISK, message, e);
        }
    }

    private Path addOnDisk(byte[] chunk, int n, boolean last) throws IOException {
        if (out == null) {
            Files.createDirectories(Objects.requireNonNull(path.getParent()));
            out =
                    Files.newOutputStream(
                            draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        }
        out.write(chunk, 0, n);
        if (last) {
            out.close();
            Files.move(
                    draft,
                    path,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
        return path;
    }

    private void abandon(Throwable reason) throws Exception {
        try {
            DISK.finish(() -> {
                if (out != null) {
                    out.close();
                }
                return Files.deleteIfExists(draft);
            });
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }
}
