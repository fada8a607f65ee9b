// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.fetch.Version;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.originals.Originals;
import io.eventlet.mirror.pages.PageEdits;
import io.eventlet.mirror.pages.PageLinks;
import io.eventlet.mirror.place.Place;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// Makes the links of a copy's pages lead to its files.
///
/// A page is always made of what the server has sent, which [Originals] keeps: to do so again,
/// after a kill or in the next run, makes the same of it, or what is right by then. Which pages
/// there are is written to a file first, since the frontier must not be asked while it gives them
/// out. Blocks as files do.
final class LinkConversion {
    private static final int MOST_REDIRECTS = 10;
    private static final int REMEMBERED = 10_000; // files of URLs that pages have in common
    private static final int LONGEST_REMEMBERED = 256; // characters of such a URL
    private static final int GROWTH = 2; // of the largest page, by longer links
    private static final String BETWEEN = "\t";
    private static final String UNESCAPED = "-._~=+@"; // beside letters and digits

    private final Frontier frontier;
    private final Place place;
    private final int pageBytes;
    private final MirrorListener listener;
    private final BooleanSupplier stopped;
    private final Originals originals;
    private final SharedFiles shared = new SharedFiles();
    private long converted;
    private final Map<HttpUrl, Target> targets =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<HttpUrl, Target> eldest) {
                    return size() > REMEMBERED;
                }
            };

    /// The file of a URL, relative to the copy; null for none.
    private record Target(@Nullable Path file) {}

    LinkConversion(Options options, MirrorListener listener, BooleanSupplier stopped) {
        frontier = options.frontier;
        place = options.place;
        pageBytes = options.pageBytes;
        this.listener = listener;
        this.stopped = stopped;
        originals = Originals.of(place);
    }

    /// Gives back how many pages and style sheets it has changed.
    long run() throws IOException {
        var list = place.makeOwn().resolve("pages");
        try {
            list(list);
            shared.settle();
            try (var pages = Files.newBufferedReader(list, StandardCharsets.UTF_8)) {
                convert(pages);
            }
        } finally {
            Files.deleteIfExists(list);
        }
        return converted;
    }

    /// Writes down the pages that there may be: each with its length and its type.
    private void list(Path file) throws IOException {
        try (var out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            frontier.forEach(entry -> {
                var note = Note.restored(entry.note());
                long length = note.version().length();
                if (PageLinks.isReadable(note.type()) && length >= 0 && length <= pageBytes) {
                    var line = List.of(entry.url(), "" + length, note.name(), note.type());
                    write(out, String.join(BETWEEN, line));
                    shared.add(note.file(place, HttpUrl.of(entry.url())));
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void write(BufferedWriter out, String line) {
        try {
            out.write(line);
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void convert(BufferedReader pages) throws IOException {
        for (var line = pages.readLine(); line != null; line = pages.readLine()) {
            if (stopped.getAsBoolean()) {
                return;
            }
            var fields = line.split(BETWEEN, 4);
            var version = new Version("", "", "", Long.parseLong(fields[1]));
            var note = Note.of(Role.LINK, 0).with(fields[3], version, fields[2]);
            convert(HttpUrl.of(fields[0]), note);
        }
    }

    private void convert(HttpUrl url, Note note) throws IOException {
        long length = note.version().length();
        var relative = note.file(place, url);
        var file = place.find(relative);
        if (!Gone.isOurs(place, file, length)) {
            return;
        }
        var now = Files.readAllBytes(file);
        var kept = originals.of(file, now);
        if (kept == null && now.length != length) {
            return; // somebody has changed it
        }
        if (!shared.take(relative)) {
            return; // it is made for another URL, each time
        }
        var original = kept == null ? now : kept;
        var directory = place.root().relativize(file).getParent();
        var made = converted(url, note.type(), original, directory);
        if (made != null && !Arrays.equals(made, now)) {
            originals.replace(file, now, original, made);
            converted++;
            listener.on(new MirrorEvent.Converted(url, file));
        }
    }

    private byte @Nullable [] converted(
            HttpUrl url, String type, byte[] original, @Nullable Path directory)
            throws IOException {
        try {
            int most = Math.clamp((long) GROWTH * pageBytes, 0, Integer.MAX_VALUE - 16);
            var made = PageEdits.of(url, type, original, most, to -> path(directory, to));
            if (made == null) {
                var reason = "its links: more than %d bytes with others".formatted(most);
                listener.on(new MirrorEvent.Failed(url, reason, Trouble.PROTOCOL));
            }
            return made;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (RuntimeException e) { // a page of which nobody has thought
            listener.on(new MirrorEvent.Failed(url, "its links: " + e, Trouble.PROTOCOL));
            return null;
        }
    }

    /// The path from a directory to the file of a URL, as a reference; null if there is no file.
    private @Nullable String path(@Nullable Path directory, HttpUrl to) {
        boolean isRemembered = to.toString().length() <= LONGEST_REMEMBERED;
        var target = isRemembered ? targets.computeIfAbsent(to, this::target) : target(to);
        var file = target.file();
        if (file == null) {
            return null;
        }
        var path = directory == null ? file : directory.relativize(file);
        var reference = new StringBuilder();
        for (var name : path) {
            reference.append(reference.isEmpty() ? "" : "/").append(escaped(name.toString()));
        }
        return reference.toString();
    }

    private Target target(HttpUrl url) {
        try {
            var to = url;
            for (int i = 0; i < MOST_REDIRECTS; i++) {
                var note = note(to);
                if (note.kind() != Outcome.Kind.REDIRECTED) {
                    boolean isThere = note.version().length() >= 0;
                    return isThere ? existing(note.file(place, to)) : new Target(null);
                }
                to = HttpUrl.of(note.reason());
            }
            return new Target(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What is known of a URL, or else of the one that has the same file.
    private Note note(HttpUrl url) {
        var entry = frontier.find(url.toString());
        var note = Note.restored(entry == null ? "" : entry.note());
        boolean isUseful = note.version().length() >= 0 || note.kind() == Outcome.Kind.REDIRECTED;
        if (isUseful || !url.authority().equals(url.host())) { // it has a port of its own
            return note;
        }
        var other = (url.isSecure() ? "http://" : "https://") + url.host() + url.target();
        var twin = frontier.find(other);
        return twin == null ? note : Note.restored(twin.note());
    }

    private Target existing(Path relative) throws IOException {
        var file = place.find(relative);
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                ? new Target(place.root().relativize(file))
                : new Target(null);
    }

    private static String escaped(String name) {
        if (name.equals("..")) {
            return name;
        }
        var result = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            boolean isPlain =
                    (b >= 'a' && b <= 'z')
                            || (b >= 'A' && b <= 'Z')
                            || (b >= '0' && b <= '9')
                            || UNESCAPED.indexOf(b) >= 0;
            result.append(isPlain ? String.valueOf((char) b) : "%%%02X".formatted(b));
        }
        return result.toString();
    }
}
