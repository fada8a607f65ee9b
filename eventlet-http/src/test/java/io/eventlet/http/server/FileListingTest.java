// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.regex.Pattern;

/// The page that lists a directory.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class FileListingTest {
    private static final Pattern LINK = Pattern.compile("<td><a href=\"([^\"]*)\">");

    @TempDir private Path temporary;
    private FilesFixture files;

    @BeforeEach
    void makeDirectory() throws IOException {
        files = new FilesFixture(Files.createDirectory(temporary.resolve("site")));
    }

    private String list(String path) throws IOException {
        return files.get(path, how -> how.listings(true));
    }

    private static List<String> links(String page) {
        return LINK.matcher(page).results().map(found -> found.group(1)).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "'',                'a/ z/ B.txt c.txt d.txt'",
        "?sort=name,        'a/ z/ B.txt c.txt d.txt'",
        "?sort=-name,       'z/ a/ d.txt c.txt B.txt'",
        "?sort=size,        'a/ z/ d.txt B.txt c.txt'",
        "?sort=-size,       'a/ z/ c.txt B.txt d.txt'",
        "?sort=time,        'a/ z/ c.txt d.txt B.txt'",
        "?sort=-time,       'a/ z/ B.txt d.txt c.txt'",
        "?sort=unknown,     'a/ z/ B.txt c.txt d.txt'"
    })
    void entriesAreSortedDirectoriesFirst(String query, String order) throws IOException {
        var times = List.of("a", "z", "c.txt", "d.txt", "B.txt");
        files.write("B.txt", "22");
        files.write("c.txt", "333");
        files.write("d.txt", "1");
        Files.createDirectory(files.directory().resolve("z"));
        Files.createDirectory(files.directory().resolve("a"));
        for (int i = 0; i < times.size(); i++) {
            Files.setLastModifiedTime(
                    files.directory().resolve(times.get(i)),
                    FileTime.from(FilesFixture.MODIFIED.plusSeconds(i < 2 ? 0 : i)));
        }

        var page = list("/" + query);

        assertThat(links(page)).containsExactly(order.split(" ", -1));
    }

    @Test
    void namesAreEscapedAndEncoded() throws IOException {
        files.write("<img src=x onerror=alert(1)> & \"b\" 'c'?#%.txt", "x");

        var page = list("/");

        assertThat(links(page))
                .containsExactly(
                        "%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E%20%26%20%22b%22%20%27c%27"
                                + "%3F%23%25.txt");
        assertThat(page)
                .contains("&lt;img src=x onerror=alert(1)&gt; &amp; &quot;b&quot; &#39;c&#39;?#%")
                .doesNotContain("<img");
    }

    @Test
    void everyLinkLeadsToWhatItNames() throws IOException {
        for (var name : List.of("a b", "%41", "ä?", "a+b", "c#d", "a:b", "e\\f", "&amp;")) {
            files.write(name, "content of " + name);
        }
        try (var server = files.server(how -> how.listings(true))) {
            for (var link : links(FilesFixture.ask(server, "GET /", ""))) {
                var answer = FilesFixture.ask(server, "GET /" + link, "");

                assertThat(answer).contains("\n\ncontent of ");
            }
        }
    }

    @Test
    void pathIsShownAsLinks() throws IOException {
        files.write("a b/<c>/d", "x");

        var page = files.get("/p/a%20b/%3Cc%3E/", how -> how.listings(true).prefix("/p"));

        assertThat(page)
                .contains(
                        "<title>/a b/&lt;c&gt;</title>",
                        "<a href=\"/p/\">",
                        "<a href=\"/p/a%20b/\">a b</a>",
                        "<a href=\"/p/a%20b/%3Cc%3E/\">&lt;c&gt;</a>");
        assertThat(links(page)).containsExactly("../", "d");
    }

    @Test
    void sizesAreShownInShortAndExactly() throws IOException {
        files.write("a", "x".repeat(1536));

        assertThat(list("/")).contains("title=\"1,536 bytes\">1.5 KiB<");
    }

    @ParameterizedTest
    @CsvSource({
        "0,0 B",
        "1023,1023 B",
        "1024,1.0 KiB",
        "10239,10 KiB",
        "1048575,1.0 MiB",
        "5368709120,5.0 GiB",
        "9223372036854775807,8192 PiB"
    })
    void sizeIsRounded(long bytes, String shown) {
        assertThat(ListingPage.size(bytes)).isEqualTo(shown);
    }

    @Test
    void whatIsNotServedIsNotListed() throws IOException {
        files.write(".hidden", "x");
        Files.createSymbolicLink(files.directory().resolve("out"), temporary);
        Files.createSymbolicLink(files.directory().resolve("broken"), Path.of("nothing"));
        Files.createSymbolicLink(files.directory().resolve("in"), Path.of("."));

        assertThat(links(list("/"))).containsExactly("in/");
        assertThat(links(files.get("/", h -> h.listings(true).hidden(true).followLinks(true))))
                .containsExactly("in/", "out/", ".hidden");
    }

    @Test
    void pageMayLoadNothing() throws IOException {
        var answer = files.get("/", how -> how.listings(true).cors("*"));

        assertThat(answer)
                .contains("Content-Security-Policy: default-src 'none';", "Allow-Origin: *")
                .doesNotContain("<script");
    }
}
