// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.place.Place;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Under which names a run has the files of URLs: by the URL and what it is answered with, in a
/// place with endings.
///
/// A page at `/about` has the name that `/about.html` has by itself. The first of the two has it,
/// and keeps it: the name is in the frontier's note of its URL. Between the answer and that note it
/// is held here.
///
/// Where the place leaves out hosts or directories, URLs that mean something else may want the same
/// name: it is the first's, in later runs too, and the others fail.
final class Names {
    private static final String INDEX = "index.html";
    private static final String WWW = "www.";
    private static final String[] ENDINGS = {".html", ".css"};

    private final Place place;
    private final Frontier frontier;
    private final Map<Path, Path> held = new ConcurrentHashMap<>(); // for what has that by itself
    private final @Nullable Holders holders; // null where none may meet

    Names(Options options) {
        place = options.place;
        frontier = options.frontier;
        holders = place.mayMeet() ? new Holders() : null;
    }

    /// Finds out which files earlier runs have stored, if that matters. Blocks its thread.
    void restore() {
        if (holders != null) {
            frontier.forEach(entry -> {
                var note = Note.restored(entry.note());
                if (note.version().length() >= 0 && note.kind() != Outcome.Kind.REDIRECTED) {
                    var url = HttpUrl.of(entry.url());
                    var file = note.file(place, url);
                    if (!note.reason().equals(Ends.GONE) || isThere(file)) {
                        holders.found(file.toString(), meaning(url));
                    }
                }
            });
        }
    }

    private boolean isThere(Path file) {
        try {
            return Files.exists(place.find(file), LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            return true; // for all that is known
        }
    }

    /// The same for URLs that mean the same to nearly all servers.
    private String meaning(HttpUrl url) {
        var whole = place.whole(url).toString();
        return whole.startsWith(WWW) ? whole.substring(WWW.length()) : whole;
    }

    private boolean isAnothers(HttpUrl url, Path file) {
        return holders != null && !holders.take(file.toString(), meaning(url));
    }

    /// Lets others have the file of a URL that leads elsewhere now.
    void free(HttpUrl url, Note last) {
        if (holders != null) {
            holders.free(last.file(place, url).toString(), meaning(url));
        }
    }

    /// Where the file is that an earlier run has fetched, relative to the copy; null if it would
    /// get another name now, so that it has to be fetched again.
    @Nullable Path known(HttpUrl url, Note last) {
        var file = last.file(place, url);
        if (holders != null && (holders.isDisputed(file.toString()) || isAnothers(url, file))) {
            return null;
        }
        if (!place.hasEndings()) {
            return last.name().isEmpty() ? file : null;
        }
        if (last.type().isEmpty()) {
            return file; // of no type that matters, or of one that a kill has left unknown
        }
        var wanted = place.of(url, last.type());
        return file.equals(wanted) || file.equals(place.beside(url, wanted)) ? file : null;
    }

    /// Where the file of what is answered is to be, relative to the copy. No other URL gets that
    /// until it is [released][#release]. Throws a `FileAlreadyExistsException` if it is that of a
    /// URL that means something else.
    Path hold(HttpUrl url, Note last, String type) throws FileAlreadyExistsException {
        var file = named(url, last, type);
        if (isAnothers(url, file)) {
            throw new FileAlreadyExistsException(
                    file.toString(),
                    null,
                    "the file of another URL, as hosts or directories are left out (-nH,"
                            + " --cut-dirs)");
        }
        return file;
    }

    private Path named(HttpUrl url, Note last, String type) {
        var wanted = place.of(url, type);
        if (!hasEnding(wanted) || !place.hasEndings()) {
            return wanted;
        }
        var file = last.file(place, url);
        boolean isThere = last.version().length() >= 0;
        var other = place.beside(url, wanted);
        if (isThere && (file.equals(wanted) || file.equals(other))) {
            return file; // as before
        }
        var itself = place.of(url);
        var holder = held.putIfAbsent(wanted, itself);
        boolean isOthers =
                (holder != null && !holder.equals(itself)) || isOfAnother(url, itself, wanted);
        return isOthers ? other : wanted;
    }

    /// Lets others have what was held for a URL, of which the frontier knows by now, unless that
    /// has the file.
    void release(HttpUrl url, @Nullable Path file) {
        if (file != null && holders != null && !has(url.toString(), file)) {
            holders.free(file.toString(), meaning(url));
        }
        if (file != null && place.hasEndings()) {
            held.remove(file, place.of(url));
        }
    }

    /// What the note of a URL has to say of the name of its file; nothing if it is that of the URL.
    ///
    /// @param wanted what was held for it; null if its file is an earlier process'
    String noted(HttpUrl url, @Nullable Path wanted, Path file) {
        if (!place.hasEndings()) {
            return "";
        }
        var name = (wanted == null ? file : wanted).getFileName().toString();
        return name.equals(place.of(url).getFileName().toString()) ? "" : name;
    }

    /// Where the file of an earlier run is that has another name now, relative to the copy, and is
    /// no other URL's; null if there is none.
    ///
    /// @param name as it is noted now
    @Nullable Path former(HttpUrl url, Note last, String name) {
        if (!place.hasEndings() || last.version().length() < 0 || last.name().equals(name)) {
            return null;
        }
        var file = last.file(place, url);
        return alike(url, url.path(), url.query()).stream()
                        .anyMatch(other -> !other.equals(url.toString()) && has(other, file))
                ? null
                : file;
    }

    private static boolean hasEnding(Path file) {
        var name = file.getFileName().toString();
        return name.endsWith(ENDINGS[0]) || name.endsWith(ENDINGS[1]);
    }

    /// Whether another URL has a name: one that has it by itself if this one does not, else one
    /// that is answered as a page or a style sheet.
    private boolean isOfAnother(HttpUrl url, Path itself, Path wanted) {
        var name = wanted.getFileName().toString();
        var ending = name.endsWith(ENDINGS[0]) ? ENDINGS[0] : ENDINGS[1];
        return namesakes(url, ending, !wanted.equals(itself)).stream()
                .anyMatch(other -> has(other, wanted));
    }

    private boolean has(String url, Path file) {
        var entry = frontier.find(url);
        var note = Note.restored(entry == null ? "" : entry.note());
        return note.version().length() >= 0 && note.file(place, HttpUrl.of(url)).equals(file);
    }

    /// The URLs whose file may have the name: this URL with an end behind it, or without that.
    private static List<String> namesakes(HttpUrl url, String ending, boolean longer) {
        var query = url.query();
        var path = url.path().endsWith("/") && !longer ? url.path() + INDEX : url.path();
        if (query != null) {
            query = longer ? query + ending : without(query, ending);
        } else {
            path = longer ? path + ending : without(path, ending);
        }
        return alike(url, path, query);
    }

    /// The URLs of a host that have the same name by themselves: by either scheme, and as the index
    /// of their directory.
    private static List<String> alike(HttpUrl url, String path, @Nullable String query) {
        var paths = new ArrayList<String>();
        paths.add(path);
        if (path.endsWith("/" + INDEX)) {
            paths.add(without(path, INDEX));
        } else if (path.endsWith("/")) {
            paths.add(path + INDEX);
        }
        var result = new ArrayList<String>();
        for (var one : paths) {
            var target = query == null ? one : one + "?" + query;
            result.add(url.scheme() + "://" + url.authority() + target);
            if (url.authority().equals(url.host())) { // it has no port of its own
                result.add((url.isSecure() ? "http://" : "https://") + url.host() + target);
            }
        }
        return result;
    }

    private static String without(String text, String end) {
        return text.endsWith(end) ? text.substring(0, text.length() - end.length()) : text;
    }
}
