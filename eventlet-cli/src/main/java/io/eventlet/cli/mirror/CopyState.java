// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.process.FileTrouble;
import io.eventlet.mirror.frontier.DamagedState;
import io.eventlet.mirror.frontier.StoredFrontier;
import io.eventlet.mirror.place.Place;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/// The state of a copy, in its directory.
final class CopyState {
    private static final String FILE = "state.mv";

    private CopyState() {}

    /// Opens it for a run, which goes on where the last one was.
    static StoredFrontier open(Place place, Layout layout) {
        try {
            Files.createDirectories(place.own());
            var frontier = StoredFrontier.open(place.own().resolve(FILE));
            layout.save(place);
            return frontier;
        } catch (IOException e) {
            throw failure(place.root(), e);
        }
    }

    /// Makes the directory for what is not a copy.
    static void begin(Place place, Layout layout) {
        try {
            Files.createDirectories(place.own());
            layout.save(place);
        } catch (IOException e) {
            throw failure(place.root(), e);
        }
    }

    /// Forgets it, with unfinished files: the next run begins anew. The files of the copy stay.
    static void forget(Place place) {
        var file = place.own().resolve(FILE);
        try {
            if (Files.exists(file)) {
                ensureUnused(file);
            }
            deleteTree(place.own());
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

    private static void deleteTree(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /// Opens it for a look.
    static StoredFrontier read(Path directory) {
        var file = directory.resolve(Place.OWN).resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw unusable(
                    "'%s' is no copy: it has no %s/%s".formatted(directory, Place.OWN, FILE));
        }
        try {
            return StoredFrontier.open(file);
        } catch (IOException e) {
            throw failure(directory, e);
        }
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
