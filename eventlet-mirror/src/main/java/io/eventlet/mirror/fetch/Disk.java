// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import io.eventlet.ThrowingRunnable;
import io.eventlet.ThrowingSupplier;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.archive.WarcFiles;
import io.eventlet.mirror.originals.Originals;
import io.eventlet.mirror.place.Place;
import io.eventlet.offload.Offload;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// The files of downloads, and the threads that write them, so that a slow disk does not hold up a
/// hub.
///
/// A task opens what it needs and closes it again: one whose caller was killed ends on its own, and
/// leaves nothing open.
final class Disk implements AutoCloseable {
    private static final int THREADS = 4;
    private static final long SPACE_THAT_IS_NONE = 64 * 1024;

    private final Place place;
    private final Parts parts;
    private final Originals originals;
    private final Offload threads = Offload.named("mirror-disk", THREADS);
    private volatile @Nullable Journal journal; // opened with the first file

    Disk(Place place) {
        this.place = place;
        originals = Originals.of(place);
        parts = new Parts(place.own().resolve("parts"));
    }

    <T extends @Nullable Object> T call(ThrowingSupplier<? extends T, IOException> task)
            throws IOException {
        return threads.<T, IOException>call(task);
    }

    /// As [#call], of something that concerns no single file: if it fails, nothing can be written.
    private <T extends @Nullable Object> T callOrFail(
            ThrowingSupplier<? extends T, IOException> task) throws IOException {
        return call(() -> {
            try {
                return task.get();
            } catch (EOFException e) {
                throw e;
            } catch (IOException e) {
                throw new DiskFailure(e);
            }
        });
    }

    private void runOrFail(ThrowingRunnable<IOException> task) throws IOException {
        var ignored =
                this.<@Nullable Object>callOrFail(() -> {
                    task.run();
                    return null;
                });
    }

    /// The file on its way of a URL.
    PartFile part(HttpUrl url) throws IOException {
        open();
        return parts.of(url);
    }

    private Journal open() throws IOException {
        var opened = journal;
        return opened != null ? opened : callOrFail(this::opened);
    }

    private synchronized Journal opened() throws IOException { // by threads for the disk only
        var opened = journal;
        if (opened == null) {
            var own = place.makeOwn();
            parts.open();
            opened = Journal.open(own);
            journal = opened;
        }
        return opened;
    }

    void begin(PartFile part, Version version, byte[] bytes, int count, Checking checking)
            throws IOException {
        runOrFail(() -> {
            part.begin(version, checking.expected());
            add(part, bytes, count);
            checking.update(bytes, count);
        });
    }

    private static void add(PartFile part, byte[] bytes, int count) throws IOException {
        try (var writer = part.append()) {
            writer.write(bytes, count);
        }
    }

    /// Adds what is handed over to a part.
    void append(PartFile part, Handover handover, Checking checking) throws IOException {
        runOrFail(() -> {
            try (var writer = part.append()) {
                handover.write((bytes, count) -> {
                    writer.write(bytes, count);
                    checking.update(bytes, count);
                });
            }
        });
    }

    void scatter(PartFile part, long there) throws IOException {
        runOrFail(() -> {
            part.scatter(there);
        });
    }

    /// Writes what is handed over from a byte on.
    void write(PartFile part, long at, Handover handover) throws IOException {
        runOrFail(() -> {
            try (var writer = part.writeAt(at)) {
                handover.write(writer::write);
            }
        });
    }

    void delete(PartFile part) throws IOException {
        runOrFail(() -> {
            part.delete();
        });
    }

    /// Whether a file, relative to the copy, is there, with a length when it came.
    boolean has(Path relative, long length) throws IOException {
        return call(() -> {
            var file = place.find(relative);
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && (Files.size(file) == length || originals.has(file, length));
        });
    }

    /// Adds an exchange to an archive.
    void archive(WarcFiles archive, WarcFiles.Exchange exchange, byte[] body) throws IOException {
        runOrFail(() -> {
            archive.add(exchange, body, body.length);
        });
    }

    /// As [#archive(WarcFiles, WarcFiles.Exchange, byte[])], with a body that is all of a part.
    void archive(WarcFiles archive, WarcFiles.Exchange exchange, PartFile part) throws IOException {
        runOrFail(() -> {
            archive.add(exchange, () -> Channels.newInputStream(part.read()), part.size());
        });
    }

    /// A file that is in memory.
    ///
    /// @param relative where it is to be in the copy
    Fetched.Stored store(
            Path relative,
            PartFile part,
            Version version,
            byte[] bytes,
            int count,
            Checking checking,
            boolean noted)
            throws IOException {
        var opened = open();
        return call(() -> {
            checking.update(bytes, count);
            checking.finish(part);
            try {
                part.whole(bytes, count);
            } catch (IOException e) {
                throw new DiskFailure(e);
            }
            return named(relative, part, version, count, count, noted ? opened : null);
        });
    }

    /// A file whose bytes have all come. Throws an `EOFException` if they are not as many as were
    /// expected; -1 expects nothing.
    ///
    /// @param relative where it is to be in the copy
    Fetched.Stored finish(
            Path relative,
            PartFile part,
            Version version,
            long expected,
            long received,
            Checking checking)
            throws IOException {
        var opened = open();
        return call(() -> {
            long length = part.size();
            if (expected >= 0 && length != expected) {
                throw new EOFException("%d bytes of %d".formatted(length, expected));
            }
            checking.finish(part);
            return named(relative, part, version, length, received, opened);
        });
    }

    private Fetched.Stored named(
            Path relative,
            PartFile part,
            Version version,
            long length,
            long received,
            @Nullable Journal notes)
            throws IOException {
        var stored = new Version(version.etag(), version.lastModified(), version.date(), length);
        try {
            part.setTime(stored);
            var stamp = notes == null ? "" : part.stamp();
            var file =
                    place.put(
                            relative,
                            to -> {
                                if (notes != null) {
                                    notes.add(part.key(), note(to, stamp, stored));
                                }
                                part.move(to);
                            });
            if (originals.areAny()) {
                originals.forget(file); // it was that of another version
            }
            return new Fetched.Stored(file, stored, length, received);
        } catch (FileSystemException e) {
            throw isFull() ? new DiskFailure(e) : e;
        }
    }

    private Journal.Note note(Path file, String stamp, Version version) {
        return new Journal.Note(place.root().relativize(file).toString(), stamp, version);
    }

    /// Whether it is the disk that is to blame, and not one file.
    private boolean isFull() {
        try {
            var store = Files.getFileStore(place.own());
            if (store.isReadOnly() || store.getUsableSpace() < SPACE_THAT_IS_NONE) {
                return true;
            }
            var probe = Files.createTempFile(place.own(), "probe", "");
            Files.delete(probe);
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /// What was stored for a URL before this process began, of which the frontier may not know;
    /// null if nothing was, or if it has changed since.
    Fetched.@Nullable Stored recent(PartFile part) throws IOException {
        var opened = open();
        var note = opened.take(part.key());
        if (note == null) {
            return null;
        }
        return this.<Fetched.@Nullable Stored>call(() -> {
            var file = place.root().resolve(note.file());
            return note.stamp().equals(PartFile.stamp(file))
                    ? new Fetched.Stored(file, note.version(), note.version().length(), 0)
                    : null;
        });
    }

    void settle(Runnable save) throws IOException {
        var opened = open();
        runOrFail(() -> {
            opened.settle(save);
        });
    }

    void forget() throws IOException {
        var opened = open();
        runOrFail(() -> {
            opened.forget();
        });
    }

    void ofRun(long run) throws IOException {
        var opened = open();
        runOrFail(() -> {
            opened.ofRun(run);
        });
    }

    int unsettled() {
        var opened = journal;
        return opened == null ? 0 : opened.added();
    }

    /// Keeps what has come when a download ends too early. On the calling thread, which may have
    /// been killed, so that it waits for nothing.
    void keep(PartFile part, @Nullable Version begun, byte[] bytes, int count, Checking checking)
            throws IOException {
        if (count == 0) {
            return;
        }
        if (begun != null) {
            part.begin(begun, checking.expected());
        }
        add(part, bytes, count);
    }

    @Override
    public void close() throws IOException {
        threads.close();
        var opened = journal;
        if (opened != null) {
            opened.close();
        }
    }
}
