// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.frontier;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files of a frontier that cannot be used.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class StoredFrontierFileTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    private Path file() {
        return directory.resolve("state.mv");
    }

    @Test
    void aFileThatIsOpenIsNotDamaged() throws IOException {
        try (var _ = StoredFrontier.open(file())) {
            assertThatThrownBy(() -> StoredFrontier.open(file()))
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessageContaining("in use by another run");
        }
    }

    @Test
    void whatIsNoStateIsDamaged() throws IOException {
        Files.writeString(file(), "no state at all\n".repeat(1000));

        assertThatThrownBy(() -> StoredFrontier.open(file())).isInstanceOf(DamagedState.class);
    }

    @Test
    void aFileInADirectoryThatIsNotThereIsNotDamaged() {
        var nowhere = directory.resolve("nowhere").resolve("else").resolve("state.mv");

        assertThatThrownBy(() -> StoredFrontier.open(nowhere))
                .isExactlyInstanceOf(IOException.class)
                .hasMessageContaining("nowhere");
    }
}
