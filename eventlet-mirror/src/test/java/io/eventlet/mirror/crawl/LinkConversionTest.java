// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.fetch.Version;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.MemoryFrontier;
import io.eventlet.mirror.frontier.State;
import io.eventlet.mirror.place.FileNames;
import io.eventlet.mirror.place.Place;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Conversions of copies that no run has made.
@Timeout(60)
class LinkConversionTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    @SuppressWarnings("NullAway.Init") // set before each
    private Place place;

    private final HttpClient client = HttpClient.create();
    private final MemoryFrontier frontier = new MemoryFrontier();
    private final List<MirrorEvent> events = new ArrayList<>();

    @BeforeEach
    void choosePlace() {
        place = new Place(root, FileNames.UNIX, false, 0);
    }

    @AfterEach
    void closeClient() {
        client.close();
    }

    private void page(String url, String content) throws IOException {
        var version = new Version("", "", "", content.length());
        note(url, Note.of(Role.LINK, 0).with("text/html", version));
        Files.writeString(place.prepare(place.of(HttpUrl.of(url))), content);
    }

    private void note(String url, Note note) {
        var end =
                Entry.of(url, Finds.host(HttpUrl.of(url)), 0, "").ended(State.DONE, note.stored());
        frontier.discovered(end);
    }

    private void convert() throws IOException {
        var options = new Options(client, frontier, place, List.of());
        new LinkConversion(options, events::add, () -> false).run();
    }

    private String content(String file) throws IOException {
        return Files.readString(root.resolve(file));
    }

    @Test
    void theOtherSchemeOfAHostHasTheSameFile() throws IOException {
        page("https://a.org/a.html", "<a href=http://a.org/b.html>b</a><a href=//a.org:81/b.html>");
        page("https://a.org/b.html", "<a href=a.html>a</a>");

        convert();

        assertThat(content("a.html"))
                .isEqualTo("<a href=b.html>b</a><a href=https://a.org:81/b.html>");
    }

    @Test
    void twoUrlsMayHaveOneFile() throws IOException {
        page("http://a.org/a.html", "<a href=/b.html>b</a>");
        page("https://a.org/a.html", "<a href=/b.html>b</a>");
        page("https://a.org/b.html", "<a href=/a.html>a</a>");
        convert();
        events.clear();

        convert();

        assertThat(content("a.html")).isEqualTo("<a href=b.html>b</a>");
        assertThat(events).isEmpty();
    }

    @Test
    void aFileOfTwoUrlsIsMadeForTheSameEachTime() throws IOException {
        page("http://a.org/a.html", "<a href=/none.html>b</a>");
        page("https://a.org/a.html", "<a href=/none.html>b</a>");
        page("http://a.org/", "<a href=/none.html>c</a>");
        page("http://a.org/index.html", "<a href=/none.html>c</a>");

        convert();

        assertThat(content("a.html")).isEqualTo("<a href=http://a.org/none.html>b</a>");
        assertThat(events)
                .extracting(event -> event.url().toString())
                .containsExactly("http://a.org/", "http://a.org/a.html");
        events.clear();
        convert();
        assertThat(events).isEmpty();
    }

    @Test
    void aFileOfTwoUrlsIsMadeForTheOneThatItCameFrom() throws IOException {
        page("http://a.org/a.html", "<a href=/none.html>another</a>");
        page("https://a.org/a.html", "<a href=/none.html>b</a>");

        convert();

        assertThat(content("a.html")).isEqualTo("<a href=https://a.org/none.html>b</a>");
    }

    @Test
    void redirectsThatGoRoundLeadToNoFile() throws IOException {
        var round = Note.of(Role.LINK, 0).with(Outcome.Kind.REDIRECTED, 302, "http://a.org/round");
        page("http://a.org/a.html", "<a href=/round>b</a>");
        note("http://a.org/round", round);

        convert();

        assertThat(content("a.html")).isEqualTo("<a href=http://a.org/round>b</a>");
    }

    @Test
    void theListOfPagesIsDeleted() throws IOException {
        page("http://a.org/a.html", "<a href=/b.html>b</a>");

        convert();

        try (var files = Files.list(place.own())) {
            assertThat(files).containsExactly(place.own().resolve("originals"));
        }
    }

    @Test
    void noFileIsReadThroughASymbolicLink() throws IOException {
        page("http://a.org/d/a.html", "<a href=/b.html>b</a>");
        Files.move(root.resolve("d"), root.resolve("elsewhere"));
        Files.createSymbolicLink(root.resolve("d"), root.resolve("elsewhere"));

        convert();

        assertThat(content("elsewhere/a.html")).isEqualTo("<a href=/b.html>b</a>");
    }
}
