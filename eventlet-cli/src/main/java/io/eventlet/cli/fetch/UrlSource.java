// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import org.jspecify.annotations.Nullable;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

/// A place that URLs come from. In files and on standard input they stand one a line; blank lines
/// and those that begin with `#` do not count.
public sealed interface UrlSource {
    /// What an error calls it.
    String name();

    /// Gives each URL to the taker, in order, until there are no more or the taker answers no.
    void read(Predicate<String> taker) throws IOException;

    /// How many URLs there are, where that can be known without using them up.
    OptionalLong count();

    /// URLs of the command line.
    record Arguments(List<String> urls) implements UrlSource {
        @Override
        public String name() {
            return "the arguments";
        }

        @Override
        public void read(Predicate<String> taker) {
            for (String url : urls) {
                if (!taker.test(url)) {
                    return;
                }
            }
        }

        @Override
        public OptionalLong count() {
            return OptionalLong.of(urls.size());
        }
    }

    /// URLs of a file.
    record InputFile(Path path) implements UrlSource {
        @Override
        public String name() {
            return "'" + path + "'";
        }

        @Override
        public void read(Predicate<String> taker) throws IOException {
            readLines(Files.newInputStream(path), taker);
        }

        @Override
        public OptionalLong count() {
            if (!Files.isRegularFile(path)) {
                return OptionalLong.empty(); // reading a pipe would use it up
            }
            long[] urls = {0};
            try {
                read(_ -> ++urls[0] > 0);
                return OptionalLong.of(urls[0]);
            } catch (IOException _) {
                return OptionalLong.empty(); // said when it is read in earnest
            }
        }
    }

    /// URLs on standard input.
    record StandardInput(InputStream in) implements UrlSource {
        @Override
        public String name() {
            return "standard input";
        }

        @Override
        public void read(Predicate<String> taker) throws IOException {
            // Not ours to close.
            readLines(
                    new FilterInputStream(in) {
                        @Override
                        public void close() {}
                    },
                    taker);
        }

        @Override
        public OptionalLong count() {
            return OptionalLong.empty();
        }
    }

    private static void readLines(InputStream in, Predicate<String> taker) throws IOException {
        try (var lines = new BoundedLines(in)) {
            @Nullable String line;
            while ((line = lines.next()) != null) {
                String url = line.strip();
                if (url.startsWith("\uFEFF")) {
                    url = url.substring(1).strip(); // the mark that some editors put first
                }
                if (!url.isEmpty() && !url.startsWith("#") && !taker.test(url)) {
                    return;
                }
            }
        }
    }
}
