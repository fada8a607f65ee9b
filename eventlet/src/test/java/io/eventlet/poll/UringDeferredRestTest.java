// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.hub.Pinned;
import io.eventlet.testing.Until;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.SocketTimeoutException;

/// What becomes of deferred writes that were not sent: by who flushes, closes and takes over.
@Tag("hub-only")
@Timeout(60)
@ExtendWith(NoLeaks.class)
class UringDeferredRestTest extends UringDeferringScene {
    // ---- what waits

    @Test
    void flushSendsWhatWasWritten() throws IOException {
        var connection = deferring();

        var seen =
                onHub(() -> {
                    write(connection.server(), "news");
                    connection.server().flush(NEVER);
                    return connection.client().available();
                });

        assertThat(seen).isEqualTo(4);
    }

    @Test
    void flushOfAnotherThreadWaitsForTheHub() throws Exception {
        var connection = deferring();
        GreenThread<Integer> other;

        try (var _ = busyAfterWriting(connection.server(), "news")) {
            other =
                    waiting(() -> {
                        connection.server().flush(NEVER);
                        return connection.client().available();
                    });
        }

        assertThat(other.await()).isEqualTo(4);
    }

    @Test
    void flushThatEndsAtItsDeadlineLosesNothing() throws IOException {
        var stuck = stuck();

        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> stuck.server().flush(past()))
                .withMessage("Write timed out");

        assertThat(stuck.read()).isEqualTo(stuck.written());
    }

    @Test
    void flushThatIsKilledLosesNothing() throws IOException {
        var stuck = stuck();
        var flushing =
                waiting(() -> {
                    stuck.server().flush(NEVER);
                    return "";
                });

        flushing.kill();
        Until.holds(flushing::isDead);

        assertThat(stuck.read()).isEqualTo(stuck.written());
    }

    @Test
    void flushWaitsUntilThePeerReads() throws IOException {
        var stuck = stuck();
        var flushing =
                waiting(() -> {
                    stuck.server().flush(NEVER);
                    return "flushed";
                });

        stuck.read();

        assertThat(flushing.await()).isEqualTo("flushed");
    }

    // ---- closing

    @Test
    void closingOnTheHubSendsWhatWasWritten() throws IOException {
        var connection = deferring();

        var seen =
                onHub(() -> {
                    write(connection.server(), "last");
                    connection.server().close();
                    return connection.client().available();
                });

        assertThat(seen).isEqualTo(4);
        assertThat(read(connection.client())).isEqualTo("last");
        assertThat(read(connection.client())).isEqualTo("end");
    }

    @Test
    void closingByAnotherThreadSendsWhatWasWrittenWhenTheHubWaits() throws Exception {
        var connection = deferring();

        try (var _ = busyAfterWriting(connection.server(), "last")) {
            connection.server().close();
        }

        assertThat(read(connection.client())).isEqualTo("last");
        assertThat(read(connection.client())).isEqualTo("end");
    }

    @Test
    void closingWithSomethingLeftIsNoEndForThePeer() throws IOException {
        var stuck = stuck();

        stuck.server().close();

        assertThatThrownBy(() -> stuck.read()).hasMessage("Connection reset");
    }

    // ---- hubs that come and go

    @Test
    void whatWasWrittenBeforeATakeoverIsSentOnceAndBeforeTheRest() throws IOException {
        var connection = deferring();
        var pinned =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            write(connection.server(), "before,");
                            return Pinned.call(() -> {
                                release.await();
                                return "released";
                            });
                        });
        Until.holds(() -> hub.statistics().takeovers() > 0);

        onHub(() -> {
            write(connection.server(), "after");
            return "";
        });

        assertThat(readAll(connection.client(), 12)).asString().isEqualTo("before,after");
        release.countDown();
        pinned.await();
        connection.server().close();
        assertThat(read(connection.client())).isEqualTo("end");
    }

    @Test
    void whoIsLeftBehindByATakeoverWritesOnInOrder() throws IOException {
        var connection = deferring();
        var pinned =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            write(connection.server(), "before,");
                            return Pinned.call(() -> {
                                release.await();
                                write(connection.server(), "after");
                                return "released";
                            });
                        });
        Until.holds(() -> hub.statistics().takeovers() > 0);

        release.countDown();

        assertThat(readAll(connection.client(), 12)).asString().isEqualTo("before,after");
        assertThat(pinned.await()).isEqualTo("released");
    }

    @Test
    void whatIsLeftAtATakeoverIsSentByTheNextRing() throws IOException {
        var stuck = stuck();
        var pinned =
                Eventlet.spawnOn(
                        hub,
                        () ->
                                Pinned.call(() -> {
                                    release.await();
                                    return "released";
                                }));
        Until.holds(() -> hub.statistics().takeovers() > 0);

        assertThat(stuck.read()).isEqualTo(stuck.written());

        release.countDown();
        pinned.await();
    }

    @Test
    void aHubThatIsClosedSendsWhatWasWritten() throws IOException {
        var connection = deferring();
        var writer =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            try {
                                release.await();
                            } finally {
                                write(connection.server(), "last");
                            }
                            return "";
                        });
        Until.waiting(writer);

        closeWithoutRelease();

        assertThat(read(connection.client())).isEqualTo("last");
    }

    @Test
    void whatAClosedHubHasLeftIsSentByWhoFlushes() throws IOException {
        var stuck = stuck();

        closeHub();
        var flushing =
                waiting(() -> {
                    stuck.server().flush(NEVER);
                    return "flushed";
                });

        assertThat(stuck.read()).isEqualTo(stuck.written());
        assertThat(flushing.await()).isEqualTo("flushed");
    }
}
