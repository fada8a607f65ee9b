// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/// Takes the coding off a page that is to be read: servers send some though nobody has asked.
final class Coding {
    private static final int AT_ONCE = 8 << 10;

    private Coding() {}

    /// Whether a field `Content-Encoding` says that there is none.
    static boolean isNone(String coding) {
        return coding.isBlank() || coding.strip().equalsIgnoreCase("identity");
    }

    /// The page without its coding; null if that is unknown or broken, or if there is too much in
    /// it.
    static byte @Nullable [] decoded(byte[] body, String coding, int most) {
        var bytes = new ByteArrayInputStream(body);
        try (var in = decoding(bytes, coding)) {
            if (in == bytes) {
                return body;
            }
            var decoded = in.readNBytes(most);
            return in.read() < 0 ? decoded : null;
        } catch (IOException e) {
            return null;
        }
    }

    /// The first bytes without the coding, of a body that may break off; none if it is unknown.
    static byte[] beginning(InputStream body, String coding, int most) throws IOException {
        if (isNone(coding)) {
            return body.readNBytes(most);
        }
        var decoded = new ByteArrayOutputStream();
        try (var in = decoding(body, coding)) {
            var some = new byte[AT_ONCE];
            int read = 0;
            while (read >= 0 && decoded.size() < most) {
                decoded.write(some, 0, read);
                read = in.read(some, 0, Math.min(some.length, most - decoded.size()));
            }
        } catch (IOException e) {
            return decoded.toByteArray(); // as far as it goes
        }
        return decoded.toByteArray();
    }

    private static InputStream decoding(InputStream body, String coding) throws IOException {
        return switch (coding.strip().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> body;
            case "gzip", "x-gzip" -> new GZIPInputStream(body);
            case "deflate" -> new InflaterInputStream(body);
            default -> throw new IOException("unknown: " + coding);
        };
    }
}
