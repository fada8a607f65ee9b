// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// Files that were asked for, by the paths of their requests, some with their contents: so many at
/// most, and so many bytes. Those go first that have not been used for longest, by and large: each
/// that is met on the way round is spared once if it was used since the last round. Thread-safe; to
/// find a file takes no lock.
final class FileCache {
    private final int mostFiles;
    private final long mostBytes;
    private final ConcurrentHashMap<String, StoredFile> files = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, StoredFile> round = new LinkedHashMap<>(); // under lock
    private long bytes; // under lock

    FileCache(int mostFiles, long mostBytes) {
        this.mostFiles = mostFiles;
        this.mostBytes = mostBytes;
    }

    @Nullable StoredFile get(String name) {
        var file = files.get(name);
        if (file != null) {
            file.use();
        }
        return file;
    }

    /// In the place of what is there under this name.
    void put(String name, StoredFile file) {
        lock.lock();
        try {
            if (files.get(name) != file) {
                drop(name);
                files.put(name, file);
                round.put(name, file);
                trim();
            }
        } finally {
            lock.unlock();
        }
    }

    void remove(String name) {
        lock.lock();
        try {
            drop(name);
        } finally {
            lock.unlock();
        }
    }

    /// Keeps the content of a file, or of a variant of it, if the file is still here.
    void keep(String name, StoredFile file, StoredFile variant, StoredFile.Kept kept) {
        lock.lock();
        try {
            if (files.get(name) == file && variant.kept() == null) {
                variant.setKept(kept);
                bytes += kept.content().length();
                trim();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Whether so many bytes are few enough to be kept.
    boolean takes(long length) {
        return length <= mostBytes / 8;
    }

    int size() {
        return files.size();
    }

    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    private void trim() {
        while (round.size() > mostFiles || bytes > mostBytes) {
            var eldest = round.firstEntry();
            if (eldest.getValue().takeUsed()) {
                round.putLast(eldest.getKey(), eldest.getValue());
            } else {
                drop(eldest.getKey());
            }
        }
    }

    private void drop(String name) {
        var file = files.remove(name);
        if (file != null) {
            round.remove(name);
            forget(file);
            file.variants().forEach(this::forget);
        }
    }

    private void forget(StoredFile file) {
        var kept = file.kept();
        if (kept != null) {
            bytes -= kept.content().length();
            file.setKept(null);
        }
    }
}
