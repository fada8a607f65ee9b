// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

class FileProblemTest {
    @Test
    void whatTheSystemSaysIsSaid() {
        assertThat(FileProblem.of(new FileSystemException("/a", null, "Is a directory")))
                .isEqualTo("/a: Is a directory");
    }

    @Test
    void aMessageThatIsANameAloneIsSaidWithWhatIsWrong() {
        assertThat(FileProblem.of(new AccessDeniedException("/a")))
                .isEqualTo("/a: permission denied");
        assertThat(FileProblem.of(new NoSuchFileException("/a", "/b", null)))
                .isEqualTo("/a -> /b: there is no such file or directory");
    }
}
