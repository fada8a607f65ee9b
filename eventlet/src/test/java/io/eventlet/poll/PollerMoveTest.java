// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.errors.PollerClosed;
import io.eventlet.hub.HubStrand;
import io.eventlet.testing.Until;
import io.eventlet.testing.junit.NoLeaks;
import io.eventlet.wait.Waits;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/// Descriptors whose poller is closed, and that of the thread that waits perhaps as well.
@Timeout(60)
@Tag("hub-only")
@ExtendWith(NoLeaks.class)
class PollerMoveTest {
    private static final long NEVER = Endpoint.NEVER;

    private final Deque<Network> callers = new ArrayDeque<>();
    private PipeEnds pipe;

    @BeforeEach
    void openPipeOfClosedPoller() throws IOException {
        try (var poller = poller()) {
            pipe = poller.openPipe();
        }
    }

    @AfterEach
    void closePipe() throws IOException {
        pipe.source().close();
        pipe.sink().close();
    }

    /// A poller from which descriptors move to the callers' in turn, the last of which stays.
    private Poller poller() throws IOException {
        return PollerKind.EPOLL.open(
                Waits.PARKING, () -> callers.size() == 1 ? callers.peek() : callers.pop());
    }

    private Poller closedPoller() throws IOException {
        var poller = poller();
        poller.close();
        return poller;
    }

    private String read() throws IOException {
        var into = new byte[10];
        return new String(into, 0, pipe.source().read(into, 0, into.length, NEVER), US_ASCII);
    }

    @Test
    void aPollerThatIsClosedWhileADescriptorComesToItIsLeftForTheNext() throws IOException {
        callers.add(closedPoller());
        callers.add(HubStrand.networkOfCaller());
        var reader = Eventlet.spawn(this::read);
        Until.waiting(reader);

        pipe.sink().write("news".getBytes(US_ASCII), 0, 4, NEVER);

        assertThat(reader.await()).isEqualTo("news");
    }

    @Test
    void aThreadWhosePollerIsClosedCannotWait() throws IOException {
        callers.add(closedPoller());

        assertThatThrownBy(this::read).isInstanceOf(PollerClosed.class);
        assertThatThrownBy(this::read).isInstanceOf(PollerClosed.class);
    }
}
