// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.checks;

import static io.eventlet.mirror.checks.Checked.Result.GOOD;
import static io.eventlet.mirror.checks.Checked.Result.MISSING;
import static io.eventlet.mirror.checks.Checked.Result.OUTSIDE;
import static io.eventlet.mirror.checks.Checked.Result.UNREADABLE;
import static io.eventlet.mirror.checks.Checked.Result.WRONG;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.place.FileNames;
import io.eventlet.mirror.place.Place;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/// Checks of a copy by the lists that are in it. Files have the content `abc`.
@Timeout(60)
class VerificationTest {
    private static final String MD5 = "900150983cd24fb0d6963f7d28e17f72";
    private static final String SHA256 =
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    private void put(String path, String content) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    /// The results by path, relative to the directory if they are in it.
    private Map<String, Checked.Result> verify() throws IOException {
        return verify(place());
    }

    private Place place() {
        return new Place(root, FileNames.UNIX, false, 0);
    }

    private Map<String, Checked.Result> verify(Place place) throws IOException {
        var results = new TreeMap<String, Checked.Result>();
        Verification.of(
                place,
                checked ->
                        results.put(root.relativize(checked.file()).toString(), checked.result()));
        return results;
    }

    @Test
    void whatIsNotThereIsNoCopy() {
        var place = Place.of(root.resolve("none"));

        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> Verification.of(place, _ -> {}));
    }

    @Test
    void aFileIsNoCopy() throws IOException {
        put("file", "abc");
        var place = Place.of(root.resolve("file"));

        assertThatExceptionOfType(NotDirectoryException.class)
                .isThrownBy(() -> Verification.of(place, _ -> {}));
    }

    @ParameterizedTest
    @CsvSource({
        "SHA256SUMS, '%s  a'",
        "SHA256SUMS, '%s *a'",
        "sha256sum.txt, '%s  ./a'",
        "SHA256SUMS, 'SHA256 (a) = %s'",
        "checksums.txt, '%s  a'",
        "a.sha256, '%s'",
        "a.sha256, '%s  a'",
        "a.sha256sum, '%s  a'"
    })
    void aListSaysWhatAFileIs(String list, String line) throws IOException {
        put("d/a", "abc");
        put("d/" + list, line.formatted(SHA256) + "\n");

        assertThat(verify()).containsExactly(Map.entry("d/a", GOOD));
    }

    @Test
    void aFileIsFoundUnderTheNameWithItsEnd() throws IOException {
        put("about.html", "abc");
        put("s.css?1.css", "abc");
        put("SHA256SUMS", "%1$s  about\n%1$s  s.css?1\n%1$s  none\n".formatted(SHA256));

        assertThat(verify(place().withEndings()))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("about.html", GOOD, "s.css?1.css", GOOD, "none", MISSING));
    }

    @Test
    void theFileOfAnotherIsNotTakenForOneWithAnEnd() throws IOException {
        put("about.html", "abc");
        put("SHA256SUMS", SHA256.replace('b', 'c') + "  about\n" + SHA256 + "  about.html\n");

        assertThat(verify(place().withEndings()))
                .containsExactlyInAnyOrderEntriesOf(Map.of("about.html", GOOD, "about", MISSING));
    }

    @Test
    void aFileThatGaveItsNameToAnotherIsFound() throws IOException {
        var place = place().withEndings();
        var beside = place.beside(HttpUrl.of("http://a.org/about.html"), Path.of("about.html"));
        put("about.html", "abd");
        put(beside.toString(), "abc");
        put("SHA256SUMS", SHA256 + "  about.html\n");

        assertThat(verify(place)).containsExactly(Map.entry(beside.toString(), GOOD));
    }

    @Test
    void whatIsNotGoodIsReported() throws IOException {
        put("good", "abc");
        put("wrong", "abd");
        Files.createDirectory(root.resolve("directory"));
        put(
                "MD5SUMS",
                """
                # made by hand
                %1$s  good
                %1$s  wrong
                %1$s  missing
                %1$s  directory
                %1$s  ../outside
                %1$s  /etc/passwd
                """
                        .formatted(MD5));

        assertThat(verify())
                .containsEntry("good", GOOD)
                .containsEntry("wrong", WRONG)
                .containsEntry("missing", MISSING)
                .containsEntry("directory", UNREADABLE)
                .containsEntry("../outside", OUTSIDE)
                .hasSize(6);
    }

    @Test
    void nothingIsReadThroughASymbolicLink() throws IOException {
        put("d/passwd", "abc");
        Files.createSymbolicLink(root.resolve("link"), root.resolve("d"));
        put("MD5SUMS", MD5 + "  link/passwd\n");

        assertThat(verify()).containsExactly(Map.entry("link/passwd", OUTSIDE));
    }

    @Test
    void aNameIsLookedForAsItIsHere() throws IOException {
        put("%01", "abc"); // what a control character becomes
        put("MD5SUMS", MD5 + "  \u0001\n");

        assertThat(verify()).containsExactly(Map.entry("%01", GOOD));
    }

    @Test
    void aNameMayBeEscaped() throws IOException {
        put("a\\b", "abc");
        put("MD5SUMS", "\\" + MD5 + "  a\\\\b\n");

        assertThat(verify()).containsExactly(Map.entry("a\\b", GOOD));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc  a", "900150983cd24fb0d6963f7d28e17f7  a", "<html>"})
    void whatSaysNothingIsPassedOver(String line) throws IOException {
        put("a", "abc");
        put("MD5SUMS", line);

        assertThat(verify()).isEmpty();
    }

    @Test
    void aLineThatNamesNoFileForItsLengthIsPassedOver() throws IOException {
        put("a", "abc");
        put("MD5SUMS", MD5 + "  " + "n".repeat(64 << 10) + "\n" + MD5 + "  a");

        assertThat(verify()).containsExactly(Map.entry("a", GOOD));
    }

    @Test
    void aListOfAnySizeIsRead() throws IOException {
        put("a", "abc");
        put("MD5SUMS", "\n" + MD5 + "  a\n");
        try (var list = FileChannel.open(root.resolve("MD5SUMS"), StandardOpenOption.WRITE)) {
            list.write(ByteBuffer.wrap(new byte[] {'\n'}), 65 << 20); // zeros before it
        }

        assertThat(verify()).containsExactly(Map.entry("a", GOOD));
    }

    @Test
    void whatIsNotOfTheCopyIsNotLookedAt() throws IOException {
        put(".eventlet-mirror/MD5SUMS", MD5 + "  a\n");

        assertThat(verify()).isEmpty();
    }
}
