// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.os.Sockets;
import io.eventlet.os.UnixSockets;
import io.eventlet.wait.Waits;

import java.util.ArrayList;
import java.util.List;

/// Streams that a ring receives for, without a hub.
final class UringStreams implements AutoCloseable {
    private final ReadinessPoller poller;
    private final List<Integer> descriptors = new ArrayList<>();

    UringStreams(DescriptorSet set) {
        poller = new ReadinessPoller(set, Waits.PARKING, () -> null);
    }

    /// One end of a connection, which a ring receives for, and the other.
    record Stream(int mine, int peers, UringInflow inflow, PolledDescriptor owner) {
        void send(String text) {
            assertThat(Sockets.send(peers, text.getBytes(US_ASCII), 0, text.length()))
                    .isEqualTo(text.length());
        }

        /// What a reader gets: bytes, or `-errno`.
        int read() {
            return inflow.read(new byte[100], 0, 100);
        }
    }

    Stream open() {
        var both = new int[2];
        assertThat(UnixSockets.pair(both)).isNotNegative();
        descriptors.add(both[0]);
        descriptors.add(both[1]);
        var owner = new DescriptorUnix(poller, both[0]);
        return new Stream(both[0], both[1], new UringInflow(owner), owner);
    }

    /// One that a set receives for, once it has looked.
    Stream armed(UringSet set) {
        var stream = open();
        var watch = set.add(stream.mine, stream.inflow);
        assertThat(watch).isNotNull();
        assertThat(set.wantInput(watch, stream.inflow)).isTrue();
        return stream;
    }

    @Override
    public void close() {
        descriptors.forEach(Sockets::close);
    }
}
