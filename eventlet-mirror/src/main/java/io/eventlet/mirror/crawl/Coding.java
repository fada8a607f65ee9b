// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/// Takes the coding off a page that is to be read: servers send some though nobody has asked.
final class Coding {
    private Coding() {}

    /// The page without its coding; null if that is unknown or broken, or if there is too much in
    /// it.
    static byte @Nullable [] decoded(byte[] body, String coding, int most) {
        var name = coding.strip().toLowerCase(Locale.ROOT);
        var bytes = new ByteArrayInputStream(body);
        try (var in =
                switch (name) {
                    case "", "identity" -> bytes;
                    case "gzip", "x-gzip" -> new GZIPInputStream(bytes);
                    case "deflate" -> new InflaterInputStream(bytes);
                    default -> throw new IOException("unknown: " + name);
                }) {
            if (in == bytes) {
                return body;
            }
            var decoded = in.readNBytes(most);
            return in.read() < 0 ? decoded : null;
        } catch (IOException e) {
            return null;
        }
    }
}
