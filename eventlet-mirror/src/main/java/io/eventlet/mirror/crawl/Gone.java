// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.frontier.State;
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
                found.put(place.of(url), new Found(url, length));
            }
        });
        if (!found.isEmpty()) {
            frontier.forEach(entry -> { // the same file may be that of another host
                if (entry.state() != State.SKIPPED) {
                    found.remove(place.of(HttpUrl.of(entry.url())));
                }
            });
        }
        List<Gone> gone = new ArrayList<>();
        for (var one : found.entrySet()) {
            var file = place.find(one.getKey());
            if (isOurs(place.root(), file, one.getValue().length())) {
                gone.add(new Gone(one.getValue().url(), file));
            }
        }
        return gone;
    }

    private record Found(HttpUrl url, long length) {}

    private static boolean isOurs(Path root, Path file, long length) throws IOException {
        if (!file.startsWith(root)) {
            return false;
        }
        for (Path above = file; above != null && !above.equals(root); above = above.getParent()) {
            if (Files.isSymbolicLink(above)) {
                return false;
            }
        }
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) == length;
    }

    /// Deletes what is gone, and the directories that are empty then. Throws an
    /// `IllegalStateException` if the run was not complete: what has failed may be there again
    /// tomorrow. Blocks as files do.
    ///
    /// @param summary of the run after which it was found
    public static void delete(Summary summary, Place place, List<Gone> gone) throws IOException {
        if (!summary.isComplete()) {
            throw new IllegalStateException("the run was not complete: nothing is deleted");
        }
        for (var one : gone) {
            Files.deleteIfExists(one.file());
            deleteEmptyAbove(place.root(), one.file());
        }
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
