// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.frontier;

import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A frontier in a file: H2's MVStore.
///
/// What was said a fifth of a second ago is in the file, whatever becomes of the process; what was
/// claimed then is queued when the file is opened again. It keeps a few megabytes in memory,
/// however many URLs there are. One process at a time has the file open.
public final class StoredFrontier extends OrderedFrontier {
    private static final int CACHE_MEGABYTES = 16;
    private static final int COMMIT_MILLIS = 200; // what a kill may cost

    private final MVStore store;
    private @Nullable MVStoreException unsaved; // under the lock; why the last commit failed
    private final Thread writer =
            Thread.ofPlatform().daemon().name("eventlet-mirror-state").unstarted(this::write);

    private StoredFrontier(MVStore store, MVMap<String, String> queue, InstantSource clock) {
        super(store.openMap("urls"), queue, queue::higherKey, clock);
        this.store = store;
    }

    /// Opens the file, or makes it. Throws a [DamagedState] if it is none of these, and another
    /// `IOException` if somebody else has it open, or if it cannot be written.
    public static StoredFrontier open(Path file) throws IOException {
        return open(file, InstantSource.system());
    }

    /// As [#open(Path)], with the time from a clock.
    public static StoredFrontier open(Path file, InstantSource clock) throws IOException {
        try {
            long version = StateHeader.version(file);
            var store =
                    new MVStore.Builder()
                            .fileName(file.toString())
                            .cacheSize(CACHE_MEGABYTES)
                            .compress() // URLs are much alike
                            .autoCommitDisabled() // it would write one map without the other
                            .open();
            if (store.getCurrentVersion() < version) { // what came before is not what there was
                store.closeImmediately();
                throw new DamagedState(file, new EOFException("a part of it is missing"));
            }
            try {
                var frontier = new StoredFrontier(store, store.openMap("queue"), clock);
                frontier.writer.start();
                return frontier;
            } catch (MVStoreException e) {
                store.closeImmediately();
                throw e;
            } catch (RuntimeException e) { // what is in it makes no sense
                store.closeImmediately();
                throw new DamagedState(file, e);
            }
        } catch (MVStoreException e) {
            throw failure(file, e);
        } catch (IllegalArgumentException e) { // there is no such directory
            throw new IOException("'%s' cannot be used: %s".formatted(file, e.getMessage()), e);
        } catch (RuntimeException e) { // what is in it makes no sense
            throw new DamagedState(file, e);
        }
    }

    private static IOException failure(Path file, MVStoreException e) {
        if (isTooShort(e)) {
            return new DamagedState(file, e);
        }
        return switch (e.getErrorCode()) {
            case DataUtils.ERROR_FILE_LOCKED ->
                    new IOException("'%s' is in use by another run".formatted(file), e);
            case DataUtils.ERROR_READING_FAILED,
                    DataUtils.ERROR_WRITING_FAILED,
                    DataUtils.ERROR_INTERNAL -> // of the file system
                    new IOException("'%s' cannot be used: %s".formatted(file, reason(e)), e);
            default -> new DamagedState(file, e);
        };
    }

    /// Whether the file ends where there has to be more of it.
    private static boolean isTooShort(MVStoreException e) {
        return e.getErrorCode() == DataUtils.ERROR_READING_FAILED
                && e.getCause() instanceof EOFException;
    }

    private static String reason(MVStoreException e) {
        return switch (e.getCause()) {
            case FileSystemException cause when cause.getReason() != null -> cause.getReason();
            case IOException cause when cause.getMessage() != null -> cause.getMessage();
            case null, default -> e.toString();
        };
    }

    /// Commits again and again, until the store is closed. It is not interrupted, which would close
    /// the file in the middle of a write.
    private void write() {
        try {
            while (!store.isClosed()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(COMMIT_MILLIS));
                save();
            }
        } catch (MVStoreException e) {
            // whoever uses it next is told
        }
    }

    @Override
    public void save() {
        quietly(() -> {
            ensureUsable();
            if (!store.isClosed()) {
                commit();
            }
        });
    }

    private void commit() {
        try {
            store.commit();
        } catch (MVStoreException e) {
            unsaved = e;
            throw e;
        }
    }

    /// The store is closed once it could not be written, and says no more than that then.
    @Override
    void ensureUsable() {
        if (unsaved != null) {
            throw DataUtils.newMVStoreException(
                    unsaved.getErrorCode(), "the state could not be saved", unsaved);
        }
    }

    @Override
    public void close() {
        quietly(store::close);
        LockSupport.unpark(writer);
        ensureUsable();
    }
}
