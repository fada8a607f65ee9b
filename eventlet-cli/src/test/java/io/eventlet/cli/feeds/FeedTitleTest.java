// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.cli.web.FailureKind;
import io.eventlet.cli.web.KnownFailure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

class FeedTitleTest {
    private static final String RSS =
            "<rss version=\"2.0\"><channel><title>%s</title><link>http://h/</link>"
                    + "<description>d</description></channel></rss>";

    @Test
    void readsRss() throws Exception {
        assertThat(title(RSS.formatted("News"))).isEqualTo("News");
    }

    @Test
    void readsAtom() throws Exception {
        String atom =
                "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title type=\"text\">Letters</title>"
                        + "<id>urn:x</id><updated>2026-01-01T00:00:00Z</updated></feed>";

        assertThat(title(atom)).isEqualTo("Letters");
    }

    @Test
    void readsTheOldRssOfRdf() throws Exception {
        String rdf =
                "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\""
                        + " xmlns=\"http://purl.org/rss/1.0/\"><channel"
                        + " rdf:about=\"http://h/\"><title>Old"
                        + " news</title><link>http://h/</link><description>d</description>"
                        + "</channel></rdf:RDF>";

        assertThat(title(rdf)).isEqualTo("Old news");
    }

    @Test
    void aTitleIsOneLine() throws Exception {
        assertThat(title(RSS.formatted("  Two\n\tlines &amp; a  gap ")))
                .isEqualTo("Two lines & a gap");
    }

    @Test
    void aTitleCannotMoveTheCursor() throws Exception {
        assertThat(title(RSS.formatted("a\u009b2Jb"))).isEqualTo("a 2Jb");
    }

    @Test
    void theEncodingOfTheDocumentCounts() throws Exception {
        String text = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + RSS.formatted("Grüße");

        assertThat(FeedTitle.of(text.getBytes(StandardCharsets.ISO_8859_1), "application/xml"))
                .isEqualTo("Grüße");
    }

    @Test
    void theEncodingOfTheHeaderCounts() throws Exception {
        byte[] bytes = RSS.formatted("新闻").getBytes(Charset.forName("GB18030"));

        assertThat(FeedTitle.of(bytes, "application/rss+xml; charset=GB18030")).isEqualTo("新闻");
    }

    @Test
    void theHeaderCountsMoreThanTheDocument() throws Exception {
        String text = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + RSS.formatted("Grüße");
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        assertThat(FeedTitle.of(bytes, "text/xml; charset=\"utf-8\"")).isEqualTo("Grüße");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/xml", "text/html", "application/xml", "no type at all"})
    void withoutAnyEncodingItIsUtf8(String contentType) throws Exception {
        byte[] bytes = RSS.formatted("Grüße").getBytes(StandardCharsets.UTF_8);

        assertThat(FeedTitle.of(bytes, contentType)).isEqualTo("Grüße");
    }

    @ParameterizedTest
    @CsvSource({
        "UTF-8, text/xml",
        "UTF-8, text/xml; charset=ISO-8859-1",
        "UTF-16LE, application/xml",
        "UTF-16LE, text/html",
        "UTF-16BE, application/rss+xml; charset=utf-8"
    })
    void aMarkAtTheBeginningCountsMost(String encoding, String contentType) throws Exception {
        String text = "\uFEFF" + RSS.formatted("Grüße");

        assertThat(FeedTitle.of(text.getBytes(Charset.forName(encoding)), contentType))
                .isEqualTo("Grüße");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE"})
    void aMarkTellsWhichUtf16TheDocumentMeans(String encoding) throws Exception {
        String text = "\uFEFF<?xml version=\"1.0\" encoding=\"UTF-16\"?>" + RSS.formatted("Grüße");

        assertThat(FeedTitle.of(text.getBytes(Charset.forName(encoding)), "application/xml"))
                .isEqualTo("Grüße");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not XML at all",
                "<html><title>A page</title></html>",
                "<rss version=\"2.0\"><channel><title>Never clo",
                "<rss version=\"2.0\"><channel><title></title><link>l</link></channel></rss>"
            })
    void whatIsNoFeedFailsAsSuch(String text) {
        assertThatThrownBy(() -> title(text))
                .isInstanceOfSatisfying(
                        KnownFailure.class,
                        e -> assertThat(e.kind()).isEqualTo(FailureKind.NOT_A_FEED));
    }

    @Test
    void aFeedCannotReadFiles(@TempDir Path directory) throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), "the secret");
        String attack =
                "<!DOCTYPE rss [<!ENTITY x SYSTEM \"%s\">]>".formatted(secret.toUri())
                        + RSS.formatted("&x;");

        assertThatThrownBy(() -> title(attack)).isInstanceOf(KnownFailure.class);
    }

    @Test
    void aFeedCannotBlowUp() {
        var entities = new StringBuilder("<!ENTITY e0 \"ha\">");
        for (int i = 1; i < 10; i++) {
            entities.append(
                    "<!ENTITY e%d \"%s\">".formatted(i, "&e%d;".formatted(i - 1).repeat(10)));
        }
        String attack = "<!DOCTYPE rss [" + entities + "]>" + RSS.formatted("&e9;");

        assertThatThrownBy(() -> title(attack)).isInstanceOf(KnownFailure.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE rss PUBLIC \"-//Netscape Communications//DTD RSS 0.91//EN\""
                        + " \"http://127.0.0.1:9/rss-0.91.dtd\"><rss version=\"0.91\">",
                "<!DOCTYPE rss [<!ENTITY nbsp \"&#160;\">]><rss version=\"2.0\">",
                "<rss version=\"2.2\">",
                "<rss version=\"2\">",
                "<rss>"
            })
    void readsWhatGeneratorsWrite(String beginning) throws Exception {
        assertThat(title(beginning + "<channel><title>News</title></channel></rss>"))
                .isEqualTo("News");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<?xml version=\"1.0\"\n   encoding=\"ISO-8859-1\"?>\n",
                "\n  <?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>",
                "<?xml version='1.0' encoding='windows-1252'?>",
                "<?xml version=\"1.0\" encoding=\"iso8859-1\"?>"
            })
    void findsTheEncodingWhereverThePrologHasIt(String prolog) throws Exception {
        byte[] feed = (prolog + RSS.formatted("Café")).getBytes(StandardCharsets.ISO_8859_1);

        assertThat(FeedTitle.of(feed, null)).isEqualTo("Café");
    }

    @Test
    void markupInTheTitleIsItsText() throws Exception {
        assertThat(title(RSS.formatted("A <b>bold</b> word"))).isEqualTo("A bold word");
    }

    @Test
    void titlesOfOtherThingsAreNotTheFeeds() throws Exception {
        String rss =
                "<rss xmlns:m=\"urn:m\"><channel><m:title>No</m:title><image><title>No</title></image>"
                    + "<title>Yes</title></channel></rss>";

        assertThat(title(rss)).isEqualTo("Yes");
    }

    @Test
    void moreIsNeededWhileTheTitleHasNotCome() throws Exception {
        byte[] feed = RSS.formatted("News").getBytes(StandardCharsets.UTF_8);

        assertThat(FeedTitle.of(feed, 30, null, false)).isNull();
        assertThat(FeedTitle.of(feed, 50, null, false)).isEqualTo("News");
    }

    private static String title(String feed) throws KnownFailure {
        return FeedTitle.of(feed.getBytes(StandardCharsets.UTF_8), null);
    }
}
