// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

@Timeout(60)
class UrlFeedTest {
    @TempDir private Path directory;

    @Test
    void sourcesFollowEachOther() {
        var feed =
                new UrlFeed(List.of(arguments("http://a/", "http://b/"), arguments("http://c/")));

        assertThat(drain(feed)).containsExactly("http://a/", "http://b/", "http://c/");
    }

    @Test
    void anArgumentThatIsALineEndIsAsGoodAsAnyOther() {
        var feed = new UrlFeed(List.of(arguments("http://a/", "\n", "http://b/")));

        assertThat(drain(feed)).containsExactly("http://a/", "\n", "http://b/");
    }

    @Test
    void manyMoreThanAreReadAheadComeInOrder() {
        List<String> urls = IntStream.range(0, 5000).mapToObj(i -> "http://host/" + i).toList();

        var feed = new UrlFeed(List.of(new UrlSource.Arguments(urls)));

        assertThat(drain(feed)).isEqualTo(urls);
    }

    @Test
    void whatCannotBeReadEndsTheSequenceAndIsSaid() {
        var missing = new UrlSource.InputFile(directory.resolve("missing.txt"));

        var feed = new UrlFeed(List.of(arguments("http://a/"), missing, arguments("http://b/")));

        assertThat(drain(feed)).containsExactly("http://a/");
        assertThat(feed.problem())
                .hasValueSatisfying(problem ->
                        assertThat(problem)
                                .contains("missing.txt")
                                .endsWith("there is no such file"));
    }

    @Test
    void aSourceThatBreaksEndsTheSequenceAndIsSaid() {
        var broken =
                new InputStream() {
                    @Override
                    public int read() {
                        throw new IllegalStateException("broken");
                    }

                    @Override
                    public int read(byte[] into, int from, int length) {
                        return read();
                    }
                };

        var feed = new UrlFeed(List.of(new UrlSource.StandardInput(broken)));

        assertThat(drain(feed)).isEmpty();
        assertThat(feed.problem())
                .hasValue("cannot read standard input: java.lang.IllegalStateException: broken");
    }

    @Test
    void stoppingEndsAWaitForInputThatNeverComes() throws Exception {
        try (var silent = new PipedInputStream(new PipedOutputStream())) {
            var feed = new UrlFeed(List.of(new UrlSource.StandardInput(silent)));

            feed.stop();

            assertThat(feed.hasNext()).isFalse();
        }
    }

    @Test
    void stoppingLeavesWhatWasReadAheadUndrawn() {
        var feed = new UrlFeed(List.of(arguments("http://a/", "http://b/", "http://c/")));
        assertThat(feed.next()).isEqualTo("http://a/");

        feed.stop();

        assertThat(feed.hasNext()).isFalse();
    }

    private static UrlSource arguments(String... urls) {
        return new UrlSource.Arguments(List.of(urls));
    }

    private static List<String> drain(UrlFeed feed) {
        List<String> urls = new ArrayList<>();
        feed.forEachRemaining(urls::add);
        return urls;
    }
}
