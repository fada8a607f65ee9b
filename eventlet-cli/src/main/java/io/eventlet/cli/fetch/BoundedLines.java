// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;

/// Lines of UTF-8 text, none longer than a bound: a file without line ends does not fill the
/// memory.
final class BoundedLines implements AutoCloseable {
    /// The rest of a longer line is skipped; what is kept is too long for a URL and fails as one.
    static final int LONGEST = 16_384;

    private final Reader reader;

    BoundedLines(InputStream in) {
        reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
    }

    /// The next line without its end (LF, CR LF or the end of the text), or null after the last
    /// one.
    @Nullable String next() throws IOException {
        var line = new StringBuilder();
        int c;
        while ((c = reader.read()) != -1 && c != '\n') {
            if (line.length() < LONGEST) {
                line.append((char) c);
            }
        }
        return c == -1 && line.isEmpty() ? null : line.toString();
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
