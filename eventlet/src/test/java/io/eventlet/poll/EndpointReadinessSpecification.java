// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.TaskFailed;
import io.eventlet.errors.ConcurrentUse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.util.concurrent.Callable;

/// How a thread waits for bytes without a buffer, whatever moves the bytes.
abstract class EndpointReadinessSpecification extends EndpointLifeSpecification {
    /// Waits, then reads.
    private static Callable<String> readingWhenReadable(Endpoint endpoint) {
        return () -> {
            endpoint.awaitReadable(NEVER);
            return read(endpoint);
        };
    }

    @Test
    void awaitReadableWaitsForTheFirstByteAndLeavesItToTheRead() throws IOException {
        var connection = connection();
        var reader = waiting(readingWhenReadable(connection.server()));

        write(connection.client(), "late");
        var first = reader.await();

        assertThat(first.charAt(0)).isEqualTo('l');
    }

    @Test
    void awaitReadableReturnsAtOnceWhenBytesAreThere() throws IOException {
        var connection = connection();
        write(connection.client(), "here");
        untilReadable(connection.server());

        connection.server().awaitReadable(past());

        assertThat(connection.server().available()).isEqualTo(4);
        assertThat(read(connection.server())).isEqualTo("here");
    }

    @Test
    void awaitReadableAgainLosesNothing() throws IOException {
        var connection = connection();
        write(connection.client(), "abc");
        untilReadable(connection.server());

        connection.server().awaitReadable(NEVER);
        connection.server().awaitReadable(NEVER);

        assertThat(new String(readAll(connection.server(), 3), US_ASCII)).isEqualTo("abc");
    }

    @Test
    void awaitReadableSeesWhatAReadHasLeft() throws IOException {
        var connection = connection();
        write(connection.client(), "abc");
        untilReadable(connection.server());
        assertThat(new String(readAll(connection.server(), 1), US_ASCII)).isEqualTo("a");

        connection.server().awaitReadable(past());

        assertThat(new String(readAll(connection.server(), 2), US_ASCII)).isEqualTo("bc");
    }

    @Test
    void awaitReadableWaitsAfterAReadOfAllThatWasThere() throws IOException {
        var connection = connection();
        write(connection.client(), "abc");
        assertThat(new String(readAll(connection.server(), 3), US_ASCII)).isEqualTo("abc");

        var reader = waiting(readingWhenReadable(connection.server()));

        write(connection.client(), "x");
        assertThat(reader.await()).isEqualTo("x");
    }

    @Test
    void awaitReadableSeesEachMessageOfAConversation() throws IOException {
        var connection = connection();

        for (int round = 0; round < 100; round++) {
            var reader = waiting(readingWhenReadable(connection.server()));
            write(connection.client(), "x");
            assertThat(reader.await()).isEqualTo("x");
        }
    }

    /// What is large may come in another way than what is small.
    @ParameterizedTest
    @ValueSource(ints = {4_000, 5_000, 20_000, 70_000})
    void awaitReadableSeesEachMessageOfAnySize(int size) throws IOException {
        var connection = connection();
        var message = new byte[size];

        for (int round = 0; round < 20; round++) {
            var reader =
                    waiting(() -> {
                        connection.server().awaitReadable(NEVER);
                        return readAll(connection.server(), size);
                    });
            message[size - 1] = (byte) round;
            writeAll(connection.client(), message);
            assertThat(reader.await()).isEqualTo(message);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4_000, 5_000, 20_000, 70_000})
    void theEndBehindMessagesOfAnySizeIsSeen(int size) throws IOException {
        var connection = connection();
        var reader =
                Eventlet.spawn(() -> {
                    var buffer = new byte[1 << 16];
                    int sum = 0;
                    while (true) {
                        connection.server().awaitReadable(NEVER);
                        int n = connection.server().read(buffer, 0, buffer.length, NEVER);
                        if (n < 0) {
                            return sum;
                        }
                        sum += n;
                    }
                });

        for (int i = 0; i < 20; i++) {
            writeAll(connection.client(), new byte[size]);
        }
        connection.client().shutdownOutput();

        assertThat(reader.await()).isEqualTo(20 * size);
    }

    @Test
    void awaitReadableReturnsAtTheEnd() throws IOException {
        var connection = connection();
        var reader = waiting(readingWhenReadable(connection.server()));

        connection.client().shutdownOutput();

        assertThat(reader.await()).isEqualTo("end");
    }

    @Test
    void aResetIsToldByAwaitReadableOrByTheRead() throws IOException {
        var connection = connection();
        var reader = waiting(readingWhenReadable(connection.server()));
        connection.client().setOption(StandardSocketOptions.SO_LINGER, 0);

        connection.client().close();

        assertThatThrownBy(reader::await)
                .isInstanceOf(TaskFailed.class)
                .cause()
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void awaitReadableGivesUpAtItsDeadlineAndLeavesTheEndpointUsable() throws IOException {
        var connection = connection();

        assertThatThrownBy(() -> connection.server().awaitReadable(soon()))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("Read timed out");
        write(connection.client(), "after all");

        assertThat(readingWhenReadable(connection.server()))
                .satisfies(reading -> assertThat(reading.call()).startsWith("a"));
    }

    @Test
    void whoReadsWhileAnotherAwaitsBytesIsTold() throws IOException {
        var connection = connection();
        var waiter = waiting(readingWhenReadable(connection.server()));

        assertThatThrownBy(() -> read(connection.server()))
                .isInstanceOf(ConcurrentUse.class)
                .hasMessageContaining("a read");
        write(connection.client(), "x");

        assertThat(waiter.await()).isEqualTo("x");
    }

    @Test
    void closingEndsAwaitReadable() throws IOException {
        var connection = connection();
        var waiter = waiting(readingWhenReadable(connection.server()));

        connection.server().close();

        assertThatThrownBy(waiter::await)
                .isInstanceOf(TaskFailed.class)
                .hasCauseInstanceOf(SocketException.class);
    }

    @Test
    void shutdownOfInputEndsAwaitReadable() throws IOException {
        var connection = connection();
        var waiter =
                waiting(() -> {
                    connection.server().awaitReadable(NEVER);
                    return "ended";
                });

        connection.server().shutdownInput();

        assertThat(waiter.await()).isEqualTo("ended");
    }
}
