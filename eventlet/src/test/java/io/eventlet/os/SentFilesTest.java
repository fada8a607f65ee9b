// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

@Tag("hub-only")
@Timeout(60)
class SentFilesTest {
    @TempDir private Path directory;
    private final int[] pair = new int[2];
    private int file = -1;

    @BeforeEach
    void connect() {
        assumeThat(SentFiles.areThere()).isTrue();
        assertThat(UnixSockets.pair(pair)).isNotNegative();
    }

    @AfterEach
    void close() {
        for (int descriptor : new int[] {pair[0], pair[1], file}) {
            if (descriptor > 0) {
                Sockets.close(descriptor);
            }
        }
    }

    private static byte[] path(Path of) {
        return of.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void open(String content) throws IOException {
        file = SentFiles.open(path(Files.writeString(directory.resolve("file"), content)));
        assertThat(file).isPositive();
    }

    @Test
    void partOfAFileIsSent() throws IOException {
        open("0123456789");
        var into = new byte[16];

        assertThat(SentFiles.send(pair[0], file, 3, 4)).isEqualTo(4);
        int n = Sockets.recv(pair[1], into, 0, into.length);

        assertThat(new String(into, 0, n, StandardCharsets.US_ASCII)).isEqualTo("3456");
    }

    @Test
    void lessIsSentWhereTheFileEndsAndNothingBehindIt() throws IOException {
        open("0123456789");

        assertThat(SentFiles.send(pair[0], file, 8, 4)).isEqualTo(2);
        assertThat(SentFiles.send(pair[0], file, 10, 4)).isZero();
    }

    @Test
    void nothingIsSentToASocketThatIsFull() throws IOException {
        open("x".repeat(1 << 20));
        int n = 1;
        while (n > 0) {
            n = SentFiles.send(pair[0], file, 0, 1 << 20);
        }

        assertThat(n).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void onlyBytesThatThereAreAreInMemory() throws IOException {
        open("0123456789");

        assertThat(SentFiles.isInMemory(file, 10)).isFalse();
    }

    @Test
    void linkIsNotOpened() throws IOException {
        open("x");
        var link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("file"));

        assertThat(SentFiles.open(path(link))).isNegative();
    }

    @Test
    void fileThatIsNotThereIsNotOpened() {
        assertThat(SentFiles.open(path(directory.resolve("none")))).isEqualTo(-Errno.ENOENT);
    }
}
