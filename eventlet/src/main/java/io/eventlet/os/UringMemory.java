// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory that a [Uring] sends from. It is there as long as somebody refers to this.
public final class UringMemory {
    private final MemorySegment bytes;

    public UringMemory(int size) {
        bytes = Arena.ofAuto().allocate(size, 64);
    }

    /// Where a request finds a part of it.
    long address(int at) {
        return bytes.address() + at;
    }

    public void put(int at, byte[] from, int offset, int length) {
        MemorySegment.copy(from, offset, bytes, JAVA_BYTE, at, length);
    }

    /// A copy of a part.
    public byte[] get(int at, int length) {
        var copy = new byte[length];
        MemorySegment.copy(bytes, JAVA_BYTE, at, copy, 0, length);
        return copy;
    }
}
