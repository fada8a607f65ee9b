// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.frontier.State;
import io.eventlet.mirror.originals.Originals;
import io.eventlet.mirror.place.Place;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A file of a copy that its server no longer has: it was fetched by an earlier run, and the last
/// one was answered 404 or 410.
///
/// What a run has not fetched itself is never one of these, wherever it is, nor what somebody has
/// changed since, nor what is behind a symbolic link.
public record Gone(HttpUrl url, Path file) {
    /// What is gone and still there in the copy. Changes nothing. Reads the frontier twice, and
    /// looks at the files: to be called by an [io.eventlet.offload.Offload].
    public static List<Gone> find(Frontier frontier, Place place) throws IOException {
        Map<Path, Found> found = new HashMap<>();
        frontier.forEach(entry -> {
            var note = Note.restored(entry.note());
            long length = note.version().length();
            if (entry.state() == State.SKIPPED && note.reason().equals(Ends.GONE) && length >= 0) {
                var url = HttpUrl.of(entry.url());
                found.put(note.file(place, url), new Found(url, length));
            }
        });
        if (!found.isEmpty()) {
            frontier.forEach(entry -> { // the same file may be that of another host
                if (entry.state() != State.SKIPPED) {
                    var note = Note.restored(entry.note());
                    found.remove(note.file(place, HttpUrl.of(entry.url())));
                }
            });
        }
        List<Gone> gone = new ArrayList<>();
        for (var one : found.entrySet()) {
            var file = place.find(one.getKey());
            if (isOurs(place, file, one.getValue().length())) {
                gone.add(new Gone(one.getValue().url(), file));
            }
        }
        return gone;
    }

    private record Found(HttpUrl url, long length) {}

    /// Whether a file is what was stored with a length, or made of that, and behind no symbolic
    /// link.
    static boolean isOurs(Place place, Path file, long length) throws IOException {
        var root = place.root();
        if (!file.startsWith(root)) {
            return false;
        }
        for (Path above = file; above != null && !above.equals(root); above = above.getParent()) {
            if (Files.isSymbolicLink(above)) {
                return false;
            }
        }
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && (Files.size(file) == length || Originals.of(place).has(file, length));
    }

    /// Deletes what is gone, and the directories that are empty then, and what is kept of pages
    /// that were converted and are not there any more, whoever has deleted them. Throws an
    /// `IllegalStateException` if the run was not complete: what has failed may be there again
    /// tomorrow. Blocks as files do.
    ///
    /// @param summary of the run after which it was found
    public static void delete(Summary summary, Place place, List<Gone> gone) throws IOException {
        if (!summary.isComplete()) {
            throw new IllegalStateException("the run was not complete: nothing is deleted");
        }
        for (var one : gone) {
            delete(place, one.file());
        }
        Originals.of(place).sweep();
    }

    /// Deletes the file, relative to the copy, that was stored with a length, if it is that.
    static void delete(Place place, Path relative, long length) throws IOException {
        var file = place.find(relative);
        if (isOurs(place, file, length)) {
            delete(place, file);
        }
    }

    static void delete(Place place, Path file) throws IOException {
        Files.deleteIfExists(file);
        Originals.of(place).forget(file);
        deleteEmptyAbove(place.root(), file);
    }

    private static void deleteEmptyAbove(Path root, Path file) throws IOException {
        try {
            for (Path above = file.getParent();
                    above != null && !above.equals(root);
                    above = above.getParent()) {
                Files.deleteIfExists(above);
            }
        } catch (DirectoryNotEmptyException e) {
            // then it stays
        }
    }
}
