// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import java.net.DatagramPacket;
import java.util.Map;
import java.util.WeakHashMap;

/// How much the packets hold that were received into: a packet tells its length only, which is that
/// of the last datagram then. So a packet can be used again and again, as with sockets of the JDK,
/// which see behind its length. For one thread at a time.
final class PacketRoom {
    /// How a packet was when it had been filled.
    private static final class Filled {
        private final byte[] data;
        private final int offset;
        private final int length;
        final int room;

        Filled(DatagramPacket packet, int room) {
            data = packet.getData();
            offset = packet.getOffset();
            length = packet.getLength();
            this.room = room;
        }

        boolean isOf(DatagramPacket packet) {
            return packet.getData() == data
                    && packet.getOffset() == offset
                    && packet.getLength() == length;
        }
    }

    private final Map<DatagramPacket, Filled> filled = new WeakHashMap<>();

    /// The room of a packet: its length, unless that was set by [#fill].
    int of(DatagramPacket packet) {
        var known = filled.get(packet);
        return known != null && known.isOf(packet) ? known.room : packet.getLength();
    }

    /// Sets the length of what was received.
    void fill(DatagramPacket packet, int length) {
        int room = of(packet);
        packet.setLength(length);
        if (length < room) {
            filled.put(packet, new Filled(packet, room));
        }
    }
}
