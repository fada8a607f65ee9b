// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.place;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpUrl;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;

@Timeout(60)
class FileNamesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    private Path stored(Place place, String url) throws IOException {
        var file = place.prepare(place.of(HttpUrl.of(url)));
        return Files.writeString(file, url);
    }

    @ParameterizedTest
    @CsvSource({
        "x%3Fb, x?b",
        "x%253fb, x%3fb",
        "d~dir, d%7Edir",
        "d%257Edir, d%257Edir",
        "d%25257Edir, d%2525257Edir",
        "f~file, f%7Efile",
        "f~0123abcd, f%7E0123abcd",
        "~dir, %7Edir",
        "d~dirs, d~dirs",
        "d~dir.txt, d~dir.txt",
        "~user, ~user",
        "f~0123ABCD, f~0123ABCD"
    })
    void aSegmentHasAName(String segment, String expected) {
        assertThat(FileNames.UNIX.of(segment)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void noTwoOfThemHaveTheSameName(FileNames names) {
        var seen = new HashSet<String>();
        for (var end : new String[] {"~dir", "~file", "~0123abcd", "~"}) {
            var text = "x" + end;
            for (int i = 0; i < 4; i++) { // each escaped once more than the one before
                assertThat(seen.add(names.of(text))).isTrue();
                text = text.replace("%", "%25").replace("~", "%257E");
            }
        }
        assertThat(seen.add(names.of("x", "b"))).isTrue();
        assertThat(seen.add(names.of("x", "b~dir"))).isTrue();
        assertThat(seen.add(names.of("x", "b%7Edir"))).isTrue();
        assertThat(seen.add(names.of("x", "b%257Edir"))).isTrue();
    }

    @Test
    void aNameThatLooksLikeOneThatWasCutIsAnother() {
        var cut = FileNames.UNIX.of("a".repeat(300));

        assertThat(cut).hasSize(240);
        assertThat(FileNames.UNIX.of(cut)).hasSize(240).isNotEqualTo(cut);
    }

    @Test
    void aDirectoryThatGivesWayIsNotThatOfAnotherUrl() throws IOException {
        var place = new Place(root, FileNames.UNIX, false, 0);

        var one = stored(place, "http://a/d");
        var two = stored(place, "http://a/d/in.bin");
        var three = stored(place, "http://a/d~dir/in.bin");

        assertThat(one).hasContent("http://a/d");
        assertThat(two).hasContent("http://a/d/in.bin");
        assertThat(three).hasContent("http://a/d~dir/in.bin");
    }
}
