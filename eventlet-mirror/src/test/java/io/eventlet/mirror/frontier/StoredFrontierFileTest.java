// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.testing.junit.NoLeaks;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.h2.mvstore.MVStoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

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

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 100, 4000, 4095, 4096, 4097, 6000, 8191})
    void theBeginningOfAStateIsDamaged(int length) throws IOException {
        try (var frontier = StoredFrontier.open(file())) {
            for (int i = 0; i < 1000; i++) {
                frontier.discovered(Entry.of("http://a/" + i, "http://a", 0, ""));
            }
        }
        try (var channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }

        assertThatThrownBy(() -> StoredFrontier.open(file())).isInstanceOf(DamagedState.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 30, 50, 70, 90, 99})
    void aStateThatWasCutOffIsDamagedHoweverOftenItIsOpened(int percent) throws IOException {
        for (int round = 0; round < 3; round++) {
            try (var frontier = StoredFrontier.open(file())) {
                for (int i = 0; i < 2000; i++) {
                    frontier.discovered(Entry.of("http://a/" + round + i, "http://a", 0, ""));
                }
            }
        }
        try (var channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            channel.truncate(8192 + (channel.size() - 8192) * percent / 100);
        }

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> StoredFrontier.open(file())).isInstanceOf(DamagedState.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 100, 4000, 4096, 6000, 8192, 20_000})
    void zerosOfAnyLengthAreDamaged(int length) throws IOException {
        Files.write(file(), new byte[length]);

        assertThatThrownBy(() -> StoredFrontier.open(file())).isInstanceOf(DamagedState.class);
    }

    @Test
    void whoeverUsesItAfterASaveThatFailedIsToldWhy() throws IOException {
        var frontier = StoredFrontier.open(file());
        Thread.currentThread().interrupt(); // which closes its file
        try {
            assertThatThrownBy(() -> saveAgainAndAgain(frontier))
                    .isInstanceOf(MVStoreException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }

        for (var use :
                List.<ThrowingCallable>of(
                        () -> frontier.find("http://a/1"), frontier::save, frontier::close)) {
            assertThatThrownBy(use)
                    .hasMessageContaining("could not be saved")
                    .hasRootCauseInstanceOf(ClosedByInterruptException.class);
        }
    }

    /// Until a save has something to write, which the frontier may have done by itself.
    private static void saveAgainAndAgain(StoredFrontier frontier) {
        for (int i = 0; ; i++) {
            frontier.discovered(Entry.of("http://a/" + i, "http://a", 0, ""));
            frontier.save();
        }
    }

    @Test
    void aDirectoryInThePlaceOfTheFileIsNamedInWords() throws IOException {
        Files.createDirectory(file());

        assertThatThrownBy(() -> StoredFrontier.open(file()))
                .isExactlyInstanceOf(IOException.class)
                .hasMessageContaining("cannot be used: ")
                .hasMessageNotContaining("Exception");
    }

    @Test
    void aFileInADirectoryThatIsNotThereIsNotDamaged() {
        var nowhere = directory.resolve("nowhere").resolve("else").resolve("state.mv");

        assertThatThrownBy(() -> StoredFrontier.open(nowhere))
                .isExactlyInstanceOf(IOException.class)
                .hasMessageContaining("nowhere");
    }
}
