// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import io.eventlet.http.client.HttpUrl;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/// The names under a directory that the bodies of URLs get: `host/path`, and no two the same.
///
/// A name is given once in a run, in the order of the input, so that it does not depend on which
/// answer comes first. A second URL with the same name gets `.1` after it, as does a directory
/// where a file is already. Names that a URL could abuse are made harmless: nothing is ever placed
/// outside the directory. Files of an earlier run are replaced.
///
/// Not thread-safe. It remembers each name that it gave, and asks the file system for it, which
/// blocks.
final class OutputTree {
    private static final int LONGEST_NAME = 200; // bytes: most allow 255, and ours add a few
    private static final String INDEX = "index.html";

    private enum Use {
        FILE,
        DIRECTORY
    }

    private final Path top;
    private final Map<Path, Use> used = new HashMap<>();
    private final Map<Wish, Integer> copies = new HashMap<>(); // of names that were given already

    /// A name that a URL would have if it were the only one.
    private record Wish(Path path, Use use) {}

    OutputTree(Path top) {
        this.top = top.toAbsolutePath().normalize();
    }

    /// The file for the body of a URL, absolute, free within this run.
    Path place(HttpUrl url) {
        Path directory = directory(top, hostName(url));
        List<String> segments = segments(url);
        for (String segment : segments.subList(0, segments.size() - 1)) {
            if (!segment.isEmpty()) {
                directory = directory(directory, harmless(segment));
            }
        }
        String last = segments.getLast().isEmpty() ? INDEX : segments.getLast();
        String query = url.query() == null ? null : decoded(url.query());
        return file(directory, harmless(query == null ? last : last + "?" + query));
    }

    private static String hostName(HttpUrl url) {
        boolean usual = url.port() == (url.isSecure() ? 443 : 80);
        String host = url.host().replace("[", "").replace("]", "").replace(':', '_');
        return harmless(usual ? host : host + "_" + url.port());
    }

    /// What stands between the slashes of the path, decoded; at least one.
    private static List<String> segments(HttpUrl url) {
        return Arrays.stream(url.path().substring(1).split("/", -1))
                .map(OutputTree::decoded)
                .toList();
    }

    /// A text without its `%` sequences, as UTF-8; a plus is a plus.
    private static String decoded(String text) {
        var bytes = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            int digits = -1;
            if (text.charAt(i) == '%' && i + 2 < text.length()) {
                int high = Character.digit(text.charAt(i + 1), 16);
                int low = Character.digit(text.charAt(i + 2), 16);
                digits = high < 0 || low < 0 ? -1 : 16 * high + low;
            }
            bytes.write(digits < 0 ? text.charAt(i) : digits);
            i += digits < 0 ? 0 : 2;
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private Path directory(Path parent, String name) {
        return claim(parent, name, Use.DIRECTORY);
    }

    private Path file(Path parent, String name) {
        return claim(parent, name, Use.FILE);
    }

    private Path claim(Path parent, String name, Use wanted) {
        var wish = new Wish(parent.resolve(name), wanted);
        int copy = copies.getOrDefault(wish, 0); // those before it are taken for good
        Path path = numbered(wish.path, copy);
        while (!isFree(path, wanted)) {
            path = numbered(wish.path, ++copy);
        }
        if (copy > 0) {
            copies.put(wish, copy);
        }
        used.put(path, wanted);
        return path;
    }

    private static Path numbered(Path path, int copy) {
        return copy == 0 ? path : path.resolveSibling(path.getFileName() + "." + copy);
    }

    private boolean isFree(Path path, Use wanted) {
        Use use = used.get(path);
        return switch (wanted) {
            case FILE -> use == null && !Files.isDirectory(path);
            case DIRECTORY ->
                    use == Use.DIRECTORY
                            || (use == null && (Files.isDirectory(path) || !Files.exists(path)));
        };
    }

    /// A name of one path segment that means nothing to the file system and can be typed.
    static String harmless(String segment) {
        StringBuilder name = new StringBuilder();
        segment.codePoints()
                .forEach(c -> {
                    boolean meaningful =
                            c == '/' || c == '\\' || c == ':' || Character.isISOControl(c);
                    name.appendCodePoint(meaningful || c == 0xFFFD ? '_' : c);
                });
        String text = name.toString();
        if (text.chars().allMatch(c -> c == '.')) {
            return text.replace('.', '_'); // "." and "..", and "" cannot be
        }
        if (text.startsWith(".")) {
            text = "_" + text.substring(1); // a hidden file is not what a URL may make
        }
        if (!isName(text)) {
            text = inAscii(text);
        }
        return text.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME
                ? text
                : shortened(text);
    }

    /// Whether the platform has bytes for it: in the locale "C" it has none beyond ASCII.
    private static boolean isName(String text) {
        try {
            var ignored = Path.of(text);
            return true;
        } catch (InvalidPathException _) {
            return false;
        }
    }

    /// The text with what is not ASCII as URLs write it.
    private static String inAscii(String text) {
        var ascii = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b >= 0) {
                ascii.append((char) b);
            } else {
                ascii.append("%%%02X".formatted(b));
            }
        }
        return ascii.toString();
    }

    /// The beginning of a name that is too long, and a checksum so that two of them stay two.
    private static String shortened(String name) {
        var checksum = new CRC32();
        checksum.update(name.getBytes(StandardCharsets.UTF_8));
        String end = "~%08x".formatted(checksum.getValue());
        int length = name.length();
        while (name.substring(0, length).getBytes(StandardCharsets.UTF_8).length
                > LONGEST_NAME - end.length()) {
            length = name.offsetByCodePoints(length, -1);
        }
        return name.substring(0, length) + end;
    }
}
