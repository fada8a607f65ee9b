// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

@Timeout(60)
class PartWriterTest {
    private static final int MANY = 256 * 1024;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    private Path bytes() {
        return directory.resolve("bytes");
    }

    private Path map() {
        return directory.resolve("map");
    }

    @BeforeEach
    void createFiles() throws IOException {
        Files.write(bytes(), new byte[] {1, 2, 3});
        Files.createFile(map());
    }

    @Test
    void whatIsAppendedComesBehindWhatIsThere() throws IOException {
        try (var writer = PartWriter.appending(bytes())) {
            writer.write(new byte[] {4, 5, 6}, 2);
            writer.write(new byte[] {6}, 1);
        }

        assertThat(bytes()).hasBinaryContent(new byte[] {1, 2, 3, 4, 5, 6});
        assertThat(map()).isEmptyFile();
    }

    @Test
    void whatIsWrittenAnywhereIsNoted() throws IOException {
        try (var writer = PartWriter.at(bytes(), map(), 5)) {
            writer.write(new byte[] {6, 7}, 2);
            writer.write(new byte[] {8}, 1);
        }

        assertThat(bytes()).hasBinaryContent(new byte[] {1, 2, 3, 0, 0, 6, 7, 8});
        assertThat(map()).hasContent("5 8");
    }

    @Test
    void muchIsNotedBeforeTheEnd() throws IOException {
        try (var writer = PartWriter.at(bytes(), map(), 3)) {
            writer.write(new byte[MANY], MANY);

            assertThat(map()).hasContent("3 " + (3 + MANY));
            writer.write(new byte[1], 1);
        }

        assertThat(map()).hasContent("3 %d\n%d %d".formatted(3 + MANY, 3 + MANY, 4 + MANY));
    }

    @Test
    void nothingIsNotedWhenNothingIsWritten() throws IOException {
        PartWriter.at(bytes(), map(), 3).close();

        assertThat(map()).isEmptyFile();
    }
}
