// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.place;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import com.google.common.jimfs.PathNormalization;

import io.eventlet.http.client.HttpUrl;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Places on file systems that do not tell all names apart.
@Timeout(60)
class FoldingTest {
    private static final Configuration APFS =
            Configuration.osX().toBuilder()
                    .setNameDisplayNormalization(PathNormalization.NONE)
                    .build();
    private static final Configuration HFS_PLUS =
            Configuration.osX().toBuilder()
                    .setNameDisplayNormalization(PathNormalization.NFD)
                    .build();

    private static Path root(Configuration configuration) throws IOException {
        var files = Jimfs.newFileSystem(configuration);
        return Files.createDirectories(files.getPath("copy").toAbsolutePath());
    }

    /// Where the file of a URL is put, with the URL as its content.
    private static Path put(Path root, String path) throws IOException {
        var place = new Place(root, FileNames.UNIX, false, 0);
        var url = HttpUrl.of("http://a.org" + path);
        var file = place.put(place.of(url), to -> Files.writeString(to, path));
        assertThat(place.find(place.of(url))).isEqualTo(file);
        return root.relativize(file);
    }

    @Test
    void namesInOtherLettersAreKeptApart() throws IOException {
        var root = root(APFS);

        var one = put(root, "/README");
        var other = put(root, "/readme");

        assertThat(one).hasToString("README");
        assertThat(other.toString()).matches("readme~[0-9a-f]{8}");
        assertThat(Files.readString(root.resolve(one))).isEqualTo("/README");
    }

    @Test
    void pagesInOtherLettersKeepTheirEnds() throws IOException {
        var place = new Place(root(APFS), FileNames.UNIX, false, 0).withEndings();

        var one = place.put(place.of(HttpUrl.of("http://a.org/A"), "text/html"), Files::createFile);
        var other =
                place.put(place.of(HttpUrl.of("http://a.org/a"), "text/html"), Files::createFile);

        assertThat(one).hasFileName("A.html");
        assertThat(other.getFileName().toString()).matches("a~[0-9a-f]{8}\\.html");
    }

    @Test
    void directoriesInOtherLettersAreKeptApart() throws IOException {
        var root = root(APFS);

        put(root, "/Dir/a");
        var other = put(root, "/dir/a");

        assertThat(other.toString()).matches("dir~[0-9a-f]{8}/a");
    }

    @Test
    void twoFormsOfUnicodeAreKeptApart() throws IOException {
        var root = root(APFS);

        var composed = put(root, "/%C3%A9");
        var decomposed = put(root, "/e%CC%81");

        assertThat(composed).isNotEqualTo(decomposed);
        assertThat(Files.readString(root.resolve(composed))).isEqualTo("/%C3%A9");
    }

    @Test
    void aFileIsReplacedUnderItsOwnName() throws IOException {
        var root = root(APFS);
        put(root, "/README");
        put(root, "/readme");

        assertThat(put(root, "/README")).hasToString("README");
        assertThat(put(root, "/readme").toString()).startsWith("readme~");
        try (var files = Files.list(root)) {
            assertThat(files).hasSize(3); // with the directory for what is no copy
        }
    }

    @Test
    void aNameThatTheFileSystemChangesIsFoundAgain() throws IOException {
        var root = root(HFS_PLUS);

        var one = put(root, "/%C3%A9");
        var again = put(root, "/%C3%A9");

        assertThat(again).isEqualTo(one);
    }

    @Test
    void whereAllIsToldApartNamesStay() throws IOException {
        var root = root(Configuration.unix());

        put(root, "/README");

        assertThat(put(root, "/readme")).hasToString("readme");
    }
}
