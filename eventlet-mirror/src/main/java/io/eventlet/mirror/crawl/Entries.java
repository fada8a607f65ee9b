// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpUrl;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// What tells listings with the same names from others, wherever they are: by it trees are found
/// that go round.
final class Entries {
    private static final int BYTES = 8;

    private Entries() {}

    /// A hash of the names; empty if there are none, as that is no sign of anything.
    static String of(HttpUrl directory, List<HttpUrl> entries) {
        if (entries.isEmpty()) {
            return "";
        }
        var path = directory.path();
        int begin = path.lastIndexOf('/') + 1;
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var entry : entries) {
                var target = entry.target();
                var name = target.substring(Math.min(begin, target.length()));
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) '\n');
            }
            return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }
}
