// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpUrl;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/// What tells listings with the same entries from others, wherever they are: by it trees are found
/// that go round.
///
/// @param names a hash of the names; empty if there are none, as that is no sign of anything
/// @param files a hash of the page, which says of files when they were changed; empty if it says no
///   such thing, so that equal pages may be those of different files
record Entries(String names, String files) {
    static final Entries NONE = new Entries("", "");

    private static final int BYTES = 8;
    private static final int DIGITS = 2 * BYTES;
    private static final int LONGEST = 1 << 20; // of a page that is looked at
    private static final Pattern TIME = Pattern.compile("\\b\\d{1,2}:\\d\\d\\b");

    /// @param body the page
    static Entries of(HttpUrl directory, List<HttpUrl> entries, byte[] body) {
        if (entries.isEmpty()) {
            return NONE;
        }
        var path = directory.path();
        int begin = path.lastIndexOf('/') + 1;
        var digest = digest();
        boolean hasFile = false;
        for (var entry : entries) {
            var target = entry.target();
            hasFile |= !target.endsWith("/");
            var name = target.substring(Math.min(begin, target.length()));
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) '\n');
        }
        return new Entries(hex(digest), hasFile && body.length <= LONGEST ? files(path, body) : "");
    }

    private static String files(String path, byte[] body) {
        var page = new String(body, StandardCharsets.ISO_8859_1);
        if (!TIME.matcher(page).find()) {
            return "";
        }
        page = without(path, page);
        int above = path.lastIndexOf('/', path.length() - 2);
        page = above > 0 ? without(path.substring(0, above + 1), page) : page;
        var digest = digest();
        digest.update(page.getBytes(StandardCharsets.ISO_8859_1));
        return hex(digest);
    }

    /// A page says where it is, and what is above, at each place in another way.
    private static String without(String path, String page) {
        if (path.length() < 2) {
            return page;
        }
        var directory = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return page.replace(directory + "/", "").replace(directory, "");
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    }

    /// What [#restored] reads.
    String stored() {
        return names + files;
    }

    static Entries restored(String stored) {
        int end = Math.min(DIGITS, stored.length());
        return new Entries(stored.substring(0, end), stored.substring(end));
    }

    boolean hasNamesOf(Entries other) {
        return names.equals(other.names);
    }

    boolean hasFilesOf(Entries other) {
        return hasNamesOf(other) && !files.isEmpty() && files.equals(other.files);
    }
}
