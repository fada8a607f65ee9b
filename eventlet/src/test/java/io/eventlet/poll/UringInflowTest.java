// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.os.Sockets;
import io.eventlet.poll.UringStreams.Stream;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;

/// A reader who waits before it has seen all that a ring has told.
@Tag("hub-only")
@Timeout(60)
@ExtendWith(NoLeaks.class)
class UringInflowTest {
    private static final DescriptorSet.Listener NOBODY = (_, _, _, _) -> {};

    private UringSet set;
    private UringSet next;
    private UringStreams streams;

    @BeforeEach
    void open() throws IOException {
        set = UringSet.open();
        next = UringSet.open();
        streams = new UringStreams(set);
    }

    @AfterEach
    void closeAll() {
        set.close();
        next.close();
        streams.close();
    }

    private Stream armed() {
        var stream = streams.armed(set);
        set.await(0, NOBODY); // makes the request
        return stream;
    }

    private static void want(Stream stream, UringSet on) {
        var watch = on.add(stream.mine(), stream.inflow());
        assertThat(watch).isNotNull();
        assertThat(on.wantInput(watch, stream.inflow())).isTrue();
    }

    @Test
    void anotherRingReceivesOnlyWhenAllOfTheFirstIsRead() {
        var stream = armed();
        stream.send("first");
        while (stream.inflow().unread() == 0) {
            set.await(-1, NOBODY);
        }
        set.close();
        stream.send("second");

        want(stream, next);

        next.await(0, NOBODY);
        assertThat(stream.inflow().isArmed()).isFalse();
        assertThat(stream.read()).isEqualTo(5);
        assertThat(stream.read()).isEqualTo(6);
    }

    /// The kernel tells an error once, and an end after it.
    @Test
    void anEndThatNobodyHasSeenIsNotAskedForAgain() {
        var stream = armed();
        Sockets.shutdown(stream.peers(), Sockets.SHUT_RDWR);
        while (stream.inflow().isArmed()) {
            set.await(-1, NOBODY);
        }

        want(stream, next);

        assertThat(stream.inflow().isArmed()).isFalse();
        assertThat(stream.read()).isZero();
    }
}
