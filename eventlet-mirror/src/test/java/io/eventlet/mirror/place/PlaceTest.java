// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.http.client.HttpUrl;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

@Timeout(60)
class PlaceTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    private Place place() {
        return Place.of(root);
    }

    @Test
    void noFewerThanNoDirectoriesAreCut() {
        assertThatThrownBy(() -> new Place(root, FileNames.UNIX, true, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }

    @ParameterizedTest
    @CsvSource({
        "/about, text/html, about.html",
        "/about, text/html; charset=utf-8, about.html",
        "/about, application/xhtml+xml, about.html",
        "/about, text/plain, about",
        "/about, '', about",
        "/a.HTM, text/html, a.HTM",
        "/a.php, TEXT/HTML, a.php.html",
        "/a.html?b=c, text/html, a.html?b=c.html",
        "/d/, text/html, d/index.html",
        "/d/?b, text/html, d/index.html?b.html",
        "/s.css?ver=6.4, text/css, s.css?ver=6.4.css",
        "/s.css, text/css, s.css",
        "/s.css, text/html, s.css.html"
    })
    void aPageAndAStyleSheetMayHaveTheirEnds(String target, String type, String expected) {
        var place = new Place(root, FileNames.UNIX, false, 0).withEndings();

        assertThat(place.of(HttpUrl.of("http://a.org" + target), type)).hasToString(expected);
    }

    @Test
    void withoutEndingsATypeMakesNoDifference() {
        assertThat(place().of(HttpUrl.of("http://a.org/b"), "text/html")).hasToString("a.org/b");
    }

    @Test
    void aLongNameIsCutBeforeItsEnd() {
        var place = new Place(root, FileNames.UNIX, false, 0).withEndings();
        var one = place.of(HttpUrl.of("http://a.org/" + "a".repeat(238)), "text/html").toString();
        var other = place.of(HttpUrl.of("http://a.org/" + "a".repeat(239)), "text/html").toString();

        assertThat(one).hasSize(240).matches("a+~[0-9a-f]{16}\\.html");
        assertThat(other).hasSize(240).isNotEqualTo(one);
    }

    @Test
    void aPageWithTheNameOfADirectoryKeepsItsEnd() throws IOException {
        var place = new Place(root, FileNames.UNIX, false, 0).withEndings();
        Files.createDirectory(root.resolve("a.html"));

        assertThat(place.prepare(Path.of("a.html"))).isEqualTo(root.resolve("a~file.html"));
    }

    @ParameterizedTest
    @CsvSource({
        "http://a.org/b/c.txt, a.org/b/c.txt",
        "http://a.org:8080/, a.org+8080/index.html",
        "http://a.org/b/, a.org/b/index.html",
        "http://a.org/my%20file, a.org/my file",
        "http://a.org/%C3%A9, a.org/é",
        "http://a.org/%E9, a.org/%E9",
        "http://a.org/100%25, a.org/100%",
        "http://a.org/%2541, a.org/%41",
        "http://a.org/%2520, a.org/%20",
        "http://a.org/%252F, a.org/%252F",
        "http://a.org/%25E9, a.org/%25E9",
        "http://a.org/%25e9, a.org/%e9",
        "http://a.org/%252E, a.org/%252E",
        "http://a.org/%2525, a.org/%2525",
        "http://a.org/%252f, a.org/%252f",
        "http://a.org/a%252f, a.org/a%2f",
        "http://a.org/a%2Fb, a.org/a%2Fb",
        "http://a.org/a%00b, a.org/a%00b",
        "http://a.org/%2e%2e, a.org/%2E%2E",
        "http://a.org/a//b, a.org/a/%2f/b",
        "http://a.org/a+b, a.org/a+b",
        "http://a.org/:x, a.org/:x",
        "http://a.org/a?b=c/d, a.org/a?b=c%2Fd",
        "http://[::1]/x, --1/x"
    })
    void aUrlHasAPlace(String url, String expected) {
        var path = place().of(HttpUrl.of(url));

        assertThat(path).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../../etc/passwd",
                "/%2e%2e/%2e%2e/etc/passwd",
                "/..%2f..%2fetc/passwd",
                "/a/..%5c..%5cb",
                "//etc/passwd",
                "/%2Fetc/passwd",
                "/a/../../../b",
                "/%00/..",
                "/.",
                "/.."
            })
    void nothingIsOutside(String target) throws IOException {
        for (int cut = 0; cut < 3; cut++) {
            for (var names : FileNames.values()) {
                var place = new Place(root, names, false, cut);

                var file = place.prepare(place.of(HttpUrl.of("http://a" + target)));

                assertThat(file.normalize()).isEqualTo(file).startsWithRaw(root).isNotEqualTo(root);
            }
        }
    }

    @Test
    void directoriesAreCutAtTheBeginning() {
        var place = new Place(root, FileNames.UNIX, false, 2);

        assertThat(place.of(HttpUrl.of("http://a/1/2/3/f"))).hasToString("3/f");
        assertThat(place.of(HttpUrl.of("http://a/1/f"))).hasToString("f");
    }

    @Test
    void aLongNameIsCutAndStaysDistinct() {
        var one = place().of(HttpUrl.of("http://a/" + "%C3%A9".repeat(200) + "1"));
        var two = place().of(HttpUrl.of("http://a/" + "%C3%A9".repeat(200) + "2"));

        assertThat(one).isNotEqualTo(two);
        assertThat(one.getFileName().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .hasSizeLessThanOrEqualTo(240);
    }

    @ParameterizedTest
    @CsvSource({
        "con, %63on",
        "NUL.txt, %4EUL.txt",
        "a:b, a%3Ab",
        "dot., dot%2E",
        "a%5Cb, a%5Cb",
        "console, console"
    })
    void windowsCanHaveThePortableName(String segment, String expected) {
        assertThat(FileNames.PORTABLE.of(segment)).isEqualTo(expected);
    }

    @Test
    void aServerCannotWriteWhereTheStateIs() {
        var place = new Place(root, FileNames.UNIX, false, 0);

        var path = place.of(HttpUrl.of("http://a/.eventlet-mirror/state.mv"));

        assertThat(path).hasToString("%2Eeventlet-mirror/state.mv");
    }

    @Test
    void aDirectoryGivesWayToAFileOfItsName() throws IOException {
        Files.writeString(place().prepare(Path.of("a")), "file");

        var below = place().prepare(Path.of("a/b"));

        assertThat(below).isEqualTo(root.resolve("a~dir/b"));
        assertThat(below.getParent()).isDirectory();
    }

    @Test
    void aFileGivesWayToADirectoryOfItsName() throws IOException {
        place().prepare(Path.of("a/b"));

        assertThat(place().prepare(Path.of("a"))).isEqualTo(root.resolve("a~file"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".eventlet-mirror",
                ".eventlet-mirror/parts",
                ".eventlet-mirror/state.mv",
                ".eventlet-mirror/workers",
                ".eventlet-mirror/workers/one",
                ".eventlet-mirror/workers/one/parts"
            })
    void nothingOfItsOwnIsASymbolicLink(String name) throws IOException {
        var victim = Files.createDirectory(root.resolve("victim"));
        var link = root.resolve("copy").resolve(name);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, victim);
        var place = new Place(root.resolve("copy"), FileNames.UNIX, true, 0).ofWorker("one");

        assertThatThrownBy(place::makeOwn)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'%s' is a symbolic link", link);
        assertThat(victim).isEmptyDirectory();
    }

    @Test
    void aDirectoryThatWasDeletedMeanwhileIsMadeAgain() throws IOException {
        var place = place();
        Files.delete(place.put(Path.of("a/b"), Files::createFile));
        Files.delete(root.resolve("a"));

        place.put(Path.of("a/c"), Files::createFile);

        assertThat(root.resolve("a/c")).isEmptyFile();
    }

    @Test
    void aSymbolicLinkIsNotFollowed() throws IOException {
        Files.createDirectory(root.resolve("other"));
        Files.createSymbolicLink(root.resolve("a"), Path.of("other"));

        assertThatThrownBy(() -> place().prepare(Path.of("a/b")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("symbolic link");
    }
}
