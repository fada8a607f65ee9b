// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import org.jspecify.annotations.Nullable;

import java.lang.ref.WeakReference;
import java.net.DatagramPacket;
import java.util.Map;
import java.util.WeakHashMap;

/// How much the packets hold that were received into: a packet tells its length only, which is that
/// of the last datagram then. So a packet can be used again and again, with one socket and the
/// next, as with sockets of the JDK, which see behind its length.
///
/// A packet is for one thread at a time.
final class PacketRoom {
    /// How a packet was when it had been filled.
    private record Filled(WeakReference<byte[]> data, int offset, int length, int room) {
        boolean isOf(DatagramPacket packet) {
            return data.refersTo(packet.getData())
                    && packet.getOffset() == offset
                    && packet.getLength() == length;
        }
    }

    // Each packet is equal to itself only. No packet is asked under the lock: it has one that users
    // can hold.
    private static final Map<DatagramPacket, Filled> FILLED = new WeakHashMap<>(); // guarded by it

    private PacketRoom() {}

    /// The room of a packet: its length, unless that was set by [#fill].
    static int of(DatagramPacket packet) {
        return room(known(packet), packet);
    }

    /// Sets the length of what was received.
    static void fill(DatagramPacket packet, int length) {
        var known = known(packet);
        int room = room(known, packet);
        packet.setLength(length);
        if (length < room && (known == null || known.length != length)) {
            var data = new WeakReference<>(packet.getData());
            var filled = new Filled(data, packet.getOffset(), length, room);
            synchronized (FILLED) {
                FILLED.put(packet, filled);
            }
        }
    }

    private static int room(@Nullable Filled known, DatagramPacket packet) {
        return known == null ? packet.getLength() : known.room;
    }

    /// How it was filled; null if it was not, or has been changed.
    private static @Nullable Filled known(DatagramPacket packet) {
        @Nullable Filled filled;
        synchronized (FILLED) {
            filled = FILLED.get(packet);
        }
        return filled != null && filled.isOf(packet) ? filled : null;
    }
}
