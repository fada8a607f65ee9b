// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import io.eventlet.GreenThread;
import io.eventlet.testing.Until;
import io.eventlet.testing.junit.NoLeaks;
import io.eventlet.transport.OpenFile;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Writes that a ring sends when its hub waits.
@Tag("hub-only")
@Timeout(60)
@ExtendWith(NoLeaks.class)
class UringDeferredWritesTest extends UringDeferringScene {
    // ---- when

    @Test
    void aWriteIsSentWhenTheHubWaits() throws IOException {
        var connection = deferring();

        var seen =
                onHub(() -> {
                    write(connection.server(), "news");
                    return connection.client().available();
                });

        assertThat(seen).isZero();
        assertThat(read(connection.client())).isEqualTo("news");
    }

    @Test
    void aWriteThatIsNotDeferredIsSentAtOnce() throws IOException {
        var connection = deferring();
        connection.server().deferWrites(false);

        var seen =
                onHub(() -> {
                    write(connection.server(), "news");
                    return connection.client().available();
                });

        assertThat(seen).isEqualTo(4);
    }

    @Test
    void aWriteOfAnotherThreadIsSentAtOnce() throws IOException {
        var connection = deferring();

        write(connection.server(), "news");

        assertThat(connection.client().available()).isEqualTo(4);
    }

    @Test
    void theFirstWriteNeedsNoCallForNoDelay() throws IOException {
        var connection = deferring();

        var isSet =
                onHub(() -> {
                    connection.server().setOption(StandardSocketOptions.TCP_NODELAY, true);
                    write(connection.server(), "first");
                    return LateNoDelayTest.isSetInTheKernel(connection.server());
                });

        assertThat(isSet).isFalse();
        assertThat(read(connection.client())).isEqualTo("first");
    }

    @Test
    void theSecondWriteIsSentWithNoDelay() throws IOException {
        var connection = deferring();

        var isSet =
                onHub(() -> {
                    connection.server().setOption(StandardSocketOptions.TCP_NODELAY, true);
                    write(connection.server(), "a");
                    write(connection.server(), "b");
                    return LateNoDelayTest.isSetInTheKernel(connection.server());
                });

        assertThat(isSet).isTrue();
        assertThat(readAll(connection.client(), 2)).asString().isEqualTo("ab");
    }

    // ---- the order

    @Test
    void writesOfATurnAreSentInOrder() throws IOException {
        var first = deferring();
        var second = deferring();

        onHub(() -> {
            write(first.server(), "a");
            write(first.server(), "b");
            write(second.server(), "A");
            write(first.server(), "c");
            write(second.server(), "B");
            return "";
        });

        assertThat(readAll(first.client(), 3)).asString().isEqualTo("abc");
        assertThat(readAll(second.client(), 2)).asString().isEqualTo("AB");
    }

    @Test
    void aLargeWriteIsSentBehindASmallOne() throws IOException {
        var connection = deferring();
        var large = bytes(20_000);

        onHub(() -> {
            write(connection.server(), "small");
            writeAll(connection.server(), large);
            write(connection.server(), "small");
            return "";
        });

        assertThat(readAll(connection.client(), 5)).asString().isEqualTo("small");
        assertThat(readAll(connection.client(), 20_000)).isEqualTo(large);
        assertThat(readAll(connection.client(), 5)).asString().isEqualTo("small");
    }

    @Test
    void aWriteOfAnotherThreadIsSentBehindThoseBefore() throws Exception {
        var connection = deferring();
        GreenThread<String> other;

        try (var _ = busyAfterWriting(connection.server(), "first,")) {
            other =
                    waiting(() -> {
                        write(connection.server(), "second");
                        return "written";
                    });
        }

        assertThat(readAll(connection.client(), 12)).asString().isEqualTo("first,second");
        assertThat(other.await()).isEqualTo("written");
    }

    @Test
    void allIsSentInOrderToAPeerThatIsSlow() throws IOException {
        var connection = deferring();
        connection.server().setOption(StandardSocketOptions.SO_SNDBUF, 8192);
        var all = bytes(4_000_000);
        var writer = writingMessages(connection.server(), all, new AtomicInteger());
        Until.waiting(writer);

        var read = readAll(connection.client(), all.length);

        assertThat(read).isEqualTo(all);
        assertThat(writer.await()).isEqualTo(all.length);
    }

    @Test
    void whatOneTurnWritesToManyIsAllSent() throws IOException {
        closeHub();
        startHub(new UringWork.Shape(8, 16, UringWork.Shape.LIMIT, true));
        var connections = new ArrayList<Connection>();
        for (int i = 0; i < 60; i++) {
            connections.add(deferring());
        }

        onHub(() -> {
            for (var each : connections) {
                write(each.server(), "to all");
            }
            return "";
        });

        for (var each : connections) {
            assertThat(read(each.client())).isEqualTo("to all");
        }
    }

    // ---- what sends first

    @Test
    void endingTheOutputSendsWhatWasWritten() throws IOException {
        var connection = deferring();

        onHub(() -> {
            write(connection.server(), "last");
            connection.server().shutdownOutput();
            return "";
        });

        assertThat(read(connection.client())).isEqualTo("last");
        assertThat(read(connection.client())).isEqualTo("end");
    }

    @Test
    void anOptionIsSetAfterWhatWasWrittenIsSent() throws IOException {
        var connection = deferring();

        var seen =
                onHub(() -> {
                    write(connection.server(), "news");
                    connection.server().setOption(StandardSocketOptions.TCP_NODELAY, true);
                    return connection.client().available();
                });

        assertThat(seen).isEqualTo(4);
    }

    @Test
    void urgentDataComesBehindWhatWasWritten() throws IOException {
        var connection = deferring();

        var seen =
                onHub(() -> {
                    write(connection.server(), "news");
                    connection.server().sendUrgent('!');
                    return connection.client().available();
                });

        assertThat(seen).isEqualTo(4); // up to the urgent byte
    }

    @Test
    void aFileComesBehindWhatWasWritten(@TempDir Path directory) throws IOException {
        var connection = deferring();
        var file = Files.write(directory.resolve("file"), "body".getBytes(US_ASCII));

        onHub(() -> {
            write(connection.server(), "head,");
            try (var open = requireNonNull(OpenFile.open(requireNonNull(OpenFile.pathOf(file))))) {
                return connection.server().sendFile(open.descriptor(), 0, 4, NEVER);
            }
        });

        assertThat(readAll(connection.client(), 9)).asString().isEqualTo("head,body");
    }

    // ---- errors

    @Test
    void anErrorIsThrownByFlushAndEachLaterWrite() throws IOException {
        var connection = deferring();
        breakOffByPeer(connection);

        int written = onHub(() -> connection.server().write(new byte[3], 0, 3, NEVER));

        assertThat(written).isEqualTo(3);
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> connection.server().flush(NEVER));
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> connection.server().write(new byte[3], 0, 3, NEVER));
        }
    }

    private static void breakOffByPeer(Connection connection) throws IOException {
        connection.client().setOption(StandardSocketOptions.SO_LINGER, 0);
        connection.client().close();
        Until.holds(() -> {
            try {
                return connection.server().isPeerGone();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }
}
