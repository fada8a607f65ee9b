// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.TaskFailed;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;

/// What every network's endpoints do, whatever moves the bytes: reading and writing here, the rest
/// in [EndpointReadinessSpecification] and [EndpointLifeSpecification].
@Timeout(60)
abstract class EndpointSpecification extends EndpointReadinessSpecification {
    // ---- bytes

    @Test
    void readReturnsWhatThePeerWrote() throws IOException {
        var connection = connection();

        write(connection.client(), "ping");

        assertThat(read(connection.server())).isEqualTo("ping");
    }

    @Test
    void readWaitsForTheFirstByte() throws IOException {
        var connection = connection();
        var reader = waiting(() -> read(connection.server()));

        write(connection.client(), "late");

        assertThat(reader.await()).isEqualTo("late");
    }

    @Test
    void readTakesNoMoreThanItAskedFor() throws IOException {
        var connection = connection();
        write(connection.client(), "abcdef");

        assertThat(readAll(connection.server(), 2)).isEqualTo("ab".getBytes(US_ASCII));
        assertThat(readAll(connection.server(), 4)).isEqualTo("cdef".getBytes(US_ASCII));
    }

    @Test
    void readOfNothingDoesNotWait() throws IOException {
        var connection = connection();

        assertThat(connection.server().read(new byte[1], 1, 0, NEVER)).isZero();
    }

    @Test
    void writeOfNothingDoesNothing() throws IOException {
        var connection = connection();

        assertThat(connection.client().write(new byte[1], 0, 0, NEVER)).isZero();
    }

    @Test
    void rangesOutsideTheArrayAreRefused() throws IOException {
        var connection = connection();

        assertThatThrownBy(() -> connection.server().read(new byte[4], 2, 3, NEVER))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> connection.client().write(new byte[4], -1, 1, NEVER))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void writeWaitsWhileThePeerDoesNotRead() throws IOException {
        var connection = connection();
        var bytes = new byte[32 << 20];
        new java.util.Random(7).nextBytes(bytes);
        var writer =
                waiting(() -> {
                    writeAll(connection.client(), bytes);
                    return "done";
                });

        var received = readAll(connection.server(), bytes.length);

        assertThat(received).isEqualTo(bytes);
        assertThat(writer.await()).isEqualTo("done");
    }

    @Test
    void oneThreadReadsWhileAnotherWrites() throws IOException {
        var connection = connection();
        var reader = waiting(() -> read(connection.client()));

        write(connection.client(), "question");
        write(connection.server(), read(connection.server()) + "?");

        assertThat(reader.await()).isEqualTo("question?");
    }

    @Test
    void availableCountsWhatCanBeRead() throws IOException {
        var connection = connection();
        assertThat(connection.server().available()).isZero();

        write(connection.client(), "12345");
        untilReadable(connection.server());

        assertThat(connection.server().available()).isEqualTo(5);
        assertThat(read(connection.server())).isEqualTo("12345");
    }

    @Test
    void lookingAtWhatIsAvailableDoesNotDisturbALaterRead() throws IOException {
        var connection = connection();
        write(connection.client(), "one");
        assertThat(read(connection.server())).isEqualTo("one");

        assertThat(connection.server().available()).isZero();
        assertThat(connection.server().read(new byte[0], 0, 0, NEVER)).isZero();
        var reader = waiting(() -> read(connection.server()));
        write(connection.client(), "two");

        assertThat(reader.await()).isEqualTo("two");
    }

    // ---- the end of a stream

    @Test
    void readReturnsTheEndAgainAndAgain() throws IOException {
        var connection = connection();

        connection.client().shutdownOutput();

        assertThat(read(connection.server())).isEqualTo("end");
        assertThat(read(connection.server())).isEqualTo("end");
    }

    @Test
    void closingIsTheEndForThePeer() throws IOException {
        var connection = connection();
        var reader = waiting(() -> read(connection.server()));

        connection.client().close();

        assertThat(reader.await()).isEqualTo("end");
    }

    @Test
    void bytesBeforeTheEndAreReadFirst() throws IOException {
        var connection = connection();
        write(connection.client(), "last words");
        connection.client().close();

        assertThat(read(connection.server())).isEqualTo("last words");
        assertThat(read(connection.server())).isEqualTo("end");
    }

    /// The end may come with the same event as the last bytes, and no other event follows.
    @Test
    void anEndThatComesWithTheLastBytesIsNotMissed() throws IOException {
        for (int round = 0; round < 50; round++) {
            var connection = connection();
            var reader = waiting(() -> read(connection.server()) + "," + read(connection.server()));

            Eventlet.run(() -> {
                write(connection.client(), "bye");
                connection.client().shutdownOutput();
            });

            assertThat(reader.await()).isEqualTo("bye,end");
        }
    }

    @Test
    void theOtherDirectionOutlivesAShutdown() throws IOException {
        var connection = connection();
        connection.client().shutdownOutput();
        assertThat(read(connection.server())).isEqualTo("end");

        write(connection.server(), "still here");

        assertThat(read(connection.client())).isEqualTo("still here");
    }

    @Test
    void writeAfterShutdownOfOutputFails() throws IOException {
        var connection = connection();
        connection.client().shutdownOutput();

        assertThatThrownBy(() -> write(connection.client(), "more"))
                .isInstanceOf(SocketException.class);
    }

    @Test
    void shutdownOfInputEndsAWaitingRead() throws IOException {
        var connection = connection();
        var reader = waiting(() -> read(connection.server()));

        connection.server().shutdownInput();

        assertThat(reader.await()).isEqualTo("end");
    }

    @Test
    void closingWithoutLingerResetsThePeer() throws IOException {
        var connection = connection();
        var reader = waiting(() -> read(connection.client()));
        connection.server().setOption(StandardSocketOptions.SO_LINGER, 0);

        connection.server().close();

        assertThatThrownBy(reader::await)
                .isInstanceOf(TaskFailed.class)
                .cause()
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void writingToAPeerThatHasClosedFailsInTheEnd() throws IOException {
        var connection = connection();
        connection.server().close();

        assertThatThrownBy(
                        () -> {
                            while (true) {
                                write(connection.client(), "anybody there?");
                            }
                        })
                .isInstanceOf(SocketException.class);
    }

    // ---- deadlines

    @Test
    void readGivesUpAtItsDeadlineAndLeavesTheEndpointUsable() throws IOException {
        var connection = connection();

        assertThatThrownBy(() -> readBy(connection.server(), soon()))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("Read timed out");
        write(connection.client(), "after all");

        assertThat(read(connection.server())).isEqualTo("after all");
    }

    @Test
    void bytesThatAreThereBeatADeadlineThatHasPassed() throws IOException {
        var connection = connection();
        write(connection.client(), "in time");
        untilReadable(connection.server());

        assertThat(readBy(connection.server(), past())).isEqualTo("in time");
    }

    /// A thread that has computed past its deadline has not given its hub a chance to poll.
    @Test
    void bytesThatNobodyHasPolledForBeatADeadlineThatHasPassed() throws IOException {
        var connection = connection();

        var read =
                onItsHub(() -> {
                    assertThatThrownBy(() -> readBy(connection.server(), past()))
                            .isInstanceOf(SocketTimeoutException.class);
                    write(connection.client(), "one");
                    var first = read(connection.server());
                    write(connection.client(), "two");
                    return first + "," + readBy(connection.server(), past());
                });

        assertThat(read).isEqualTo("one,two");
    }

    @Test
    void acceptGivesUpAtItsDeadlineAndLeavesTheListenerUsable() throws IOException {
        var listener = listener(10);

        assertThatThrownBy(() -> listener.accept(soon()))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("Accept timed out");
        var client = connect(listener);
        write(client, "hello");

        assertThat(read(accept(listener))).isEqualTo("hello");
    }

    @Test
    void connectGivesUpAtItsDeadlineAndClosesTheEndpoint() throws IOException {
        var listener = listener(1);

        var refused = firstThatTimesOut(listener.localAddress());

        assertThat(refused.isOpen()).isFalse();
    }
}
