// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.process.FileTrouble;
import io.eventlet.mirror.frontier.DamagedState;
import io.eventlet.mirror.frontier.StoredFrontier;
import io.eventlet.mirror.place.Place;

import org.h2.mvstore.MVStoreException;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// The state of a copy, in its directory.
final class CopyState {
    private static final String FILE = "state.mv";

    /// What is forgotten: files that the library or this command writes.
    private static final Set<String> FORGOTTEN =
            Set.of(FILE, Layout.FILE, "stored", "stored-before", "stored-run", "pages");

    private static final String PARTS = "parts";
    private static final String PART = "[0-9a-f]{32}\\.(head|part|map)";
    private static final String WORKERS = "workers"; // each has a directory such as this one

    private CopyState() {}

    /// Opens it for a run, which goes on where the last one was.
    static StoredFrontier open(Place place, Layout layout) {
        try {
            var frontier = StoredFrontier.open(place.makeOwn().resolve(FILE));
            save(layout, place);
            return frontier;
        } catch (IOException e) {
            throw failure(place.root(), e);
        }
    }

    /// Makes the directory for what is not a copy.
    static void begin(Place place, Layout layout) {
        try {
            place.makeOwn();
            save(layout, place);
        } catch (IOException e) {
            throw failure(place.root(), e);
        }
    }

    private static void save(Layout layout, Place place) throws IOException {
        try {
            layout.save(place);
        } catch (IOException e) { // of a full disk, it names no file
            throw new FileSystemException(place.own().toString(), null, FileTrouble.reason(e));
        }
    }

    /// Forgets it, with unfinished files: the next run begins anew. The files of the copy stay, and
    /// with them the originals of those that were converted, which are nowhere else; so does what
    /// nobody here has written.
    static void forget(Place place) {
        try {
            var own = place.makeOwn();
            var file = own.resolve(FILE);
            if (Files.exists(file)) {
                ensureUnused(file);
            }
            deleteFrom(own);
            for (var worker : entries(own.resolve(WORKERS))) {
                deleteFrom(worker);
            }
        } catch (IOException e) {
            throw failure(place.root(), e);
        }
    }

    private static void ensureUnused(Path file) throws IOException {
        try {
            StoredFrontier.open(file).close();
        } catch (DamagedState e) {
            // nobody uses it
        }
    }

    private static void deleteFrom(Path own) throws IOException {
        for (var entry : entries(own)) {
            if (FORGOTTEN.contains(entry.getFileName().toString())) {
                Files.delete(entry);
            }
        }
        for (var part : entries(own.resolve(PARTS))) {
            if (part.getFileName().toString().matches(PART)) {
                Files.delete(part);
            }
        }
    }

    /// What is in a directory; nothing if it is none, or a symbolic link.
    private static List<Path> entries(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (var entries = Files.list(directory)) {
            return entries.toList();
        }
    }

    /// Opens it for a look.
    static StoredFrontier read(Path directory) {
        var file = directory.resolve(Place.OWN).resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw unusable(
                    "'%s' is no copy: it has no %s/%s".formatted(directory, Place.OWN, FILE));
        }
        if (Files.isSymbolicLink(file) || Files.isSymbolicLink(file.getParent())) {
            throw unusable("'%s' is, or is behind, a symbolic link".formatted(file));
        }
        try {
            return StoredFrontier.open(file);
        } catch (IOException e) {
            throw failure(directory, e);
        }
    }

    /// What is said of a state that was opened, and cannot be read or written any more.
    static CommandFailure lost(Path directory, MVStoreException e) {
        return new CommandFailure(
                ExitCode.CONFIGURATION,
                ("the state in '%s' cannot be used: %s; the same command goes on from what it has,"
                                + " --fresh begins anew")
                        .formatted(directory, FileTrouble.first(e)),
                e);
    }

    private static CommandFailure failure(Path directory, IOException e) {
        return switch (e) {
            case DamagedState damaged ->
                    unusable(
                            damaged.getMessage()
                                    + "; --fresh begins anew, and keeps the files that are there");
            case FileSystemException _ ->
                    unusable("'%s' cannot be used: %s".formatted(directory, FileTrouble.reason(e)));
            default -> unusable(String.valueOf(e.getMessage()));
        };
    }

    private static CommandFailure unusable(String message) {
        return new CommandFailure(ExitCode.CONFIGURATION, message);
    }
}
