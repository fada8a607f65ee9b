// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/// Buffers that the kernel takes from when something has come for a receive of a [Uring], and that
/// are given back once all in them was read. They outlive their ring as long as somebody reads, and
/// another ring can have them.
///
/// What a receive has brought is a *piece*: where in which buffer, and how long; never 0. Pieces
/// are copied and let go by every thread; the rest is for the thread of the ring.
public final class UringBuffers {
    /*
     * A kernel of Linux 6.12 or later fills a buffer bit by bit, so those are large. An earlier one
     * takes a buffer for each receive.
     *
     * A buffer has a holder for each of its pieces, and one for the kernel until that is done with
     * it. Who lets go last puts it onto a stack, from which the thread of the ring gives all back.
     */
    private static final int TOTAL = 1 << 22;
    private static final int LARGE = 1 << 16;
    private static final int SMALL = 1 << 14;

    private static final int BUFFER = 1; // of a completion: it has taken one
    private static final int BUFFER_MORE = 1 << 4; // which is not used up
    private static final int INCREMENTAL = 2;
    private static final int TAIL_AT = 14;
    private static final int ENTRY_SIZE = 16;
    private static final int PAGE = 1 << 16; // the largest that a kernel of aarch64 may have
    private static final int MASK = (1 << 24) - 1;
    private static final VarHandle SHORT = JAVA_SHORT.varHandle();

    private final MemorySegment memory;
    private MemorySegment entries; // of the ring that has them
    private boolean isProvided; // the kernel takes from them
    private final int size;
    private final int count;
    private final AtomicIntegerArray holders;
    private final boolean[] isKernels; // it has it, and may put more into it
    private final AtomicInteger top = new AtomicInteger(-1); // of the stack; -1 below its last
    private final AtomicIntegerArray below;
    private final int[] used; // the thread of the ring
    private short tail; // likewise

    private UringBuffers(Arena arena, MemorySegment entries, int size) {
        this.entries = entries;
        this.size = size;
        count = TOTAL / size;
        memory = arena.allocate(TOTAL, PAGE);
        holders = new AtomicIntegerArray(count);
        isKernels = new boolean[count];
        below = new AtomicIntegerArray(count);
        used = new int[count];
        for (int i = 0; i < count; i++) {
            provide(i);
        }
        SHORT.setRelease(entries, (long) TAIL_AT, tail);
        isProvided = true;
    }

    /// Makes the buffers of a ring, large ones if the kernel fills them bit by bit and that is
    /// wanted; null if it has no memory for them.
    public static @Nullable UringBuffers of(Uring ring, boolean bitByBit) {
        var arena = Arena.ofAuto();
        var entries = newEntries(arena);
        if (bitByBit && ring.register(entries, TOTAL / LARGE, INCREMENTAL) >= 0) {
            return new UringBuffers(arena, entries, LARGE);
        }
        int result = ring.register(entries, TOTAL / SMALL, 0);
        return result < 0 ? null : new UringBuffers(arena, entries, SMALL);
    }

    private static MemorySegment newEntries(Arena arena) {
        return arena.allocate((long) TOTAL / SMALL * ENTRY_SIZE, PAGE);
    }

    /// Has another ring take from them, once the one before is closed. False if the kernel has no
    /// memory for that; then it may be tried again.
    public boolean moveTo(Uring ring) {
        isProvided = false;
        var next = newEntries(Arena.ofAuto());
        if (ring.register(next, count, size == LARGE ? INCREMENTAL : 0) < 0) {
            return false;
        }
        entries = next;
        tail = 0;
        for (int i = 0; i < count; i++) {
            if (isKernels[i]) {
                takeBack(i);
            }
        }
        giveBack();
        isProvided = true;
        SHORT.setRelease(entries, (long) TAIL_AT, tail);
        return true;
    }

    private void takeBack(int buffer) {
        isKernels[buffer] = false;
        if (used[buffer] == 0) {
            provide(buffer);
        } else {
            letGo(buffer); // its readers give it back
        }
    }

    /// Whether the ring may receive into them.
    public boolean isProvided() {
        return isProvided;
    }

    private void provide(int buffer) {
        holders.setRelease(buffer, 1); // the kernel
        isKernels[buffer] = true;
        used[buffer] = 0;
        long at = (long) ENTRY_SIZE * (tail++ & count - 1);
        entries.set(JAVA_LONG, at, memory.address() + (long) buffer * size);
        entries.set(JAVA_INT, at + 8, size);
        entries.set(JAVA_SHORT, at + 12, (short) buffer);
    }

    /// Gives back what nobody reads any more.
    public void giveBack() {
        if (top.get() < 0) {
            return;
        }
        for (int buffer = top.getAndSet(-1); buffer >= 0; ) {
            int next = below.get(buffer);
            provide(buffer);
            buffer = next;
        }
        SHORT.setRelease(entries, (long) TAIL_AT, tail);
    }

    /// Whether a completion with these flags has taken a buffer.
    public static boolean isTaken(int flags) {
        return (flags & BUFFER) != 0;
    }

    /// What a completion with this result and these flags has brought, which [#take] then passes
    /// over.
    public long piece(int result, int flags) {
        int buffer = flags >>> 16;
        return (long) buffer << 48 | (long) used[buffer] << 24 | result;
    }

    /// Keeps the buffer of a piece until that is let go. For a piece that [#take] has not passed
    /// over yet, and before anybody may read it.
    public void hold(long piece) {
        holders.getAndIncrement((int) (piece >>> 48));
    }

    /// Passes over what a completion has brought, which may be nothing.
    public void take(int result, int flags) {
        if (!isTaken(flags)) {
            return;
        }
        int buffer = flags >>> 16;
        used[buffer] += Math.max(result, 0);
        if ((flags & BUFFER_MORE) == 0) {
            isKernels[buffer] = false;
            letGo(buffer);
        }
    }

    public static int lengthOf(long piece) {
        return (int) piece & MASK;
    }

    /// What is left of a piece without its first bytes; 0 if that is nothing.
    public static long without(long piece, int bytes) {
        return lengthOf(piece) == bytes ? 0 : piece + ((long) bytes << 24) - bytes;
    }

    /// Copies the first bytes of a piece.
    public void copy(long piece, byte[] into, int offset, int length) {
        long at = (piece >>> 48) * size + (piece >>> 24 & MASK);
        MemorySegment.copy(memory, JAVA_BYTE, at, into, offset, length);
    }

    /// Says that nobody reads a piece any more.
    public void letGo(long piece) {
        letGo((int) (piece >>> 48));
    }

    private void letGo(int buffer) {
        if (holders.decrementAndGet(buffer) == 0) {
            int before;
            do {
                before = top.get();
                below.set(buffer, before);
            } while (!top.compareAndSet(before, buffer));
        }
    }

    /// How many something has been received into that the kernel has not been given back; a moment
    /// later it may be others.
    public int inUse() {
        int n = 0;
        for (int i = 0; i < count; i++) {
            if (holders.get(i) != 1 || used[i] != 0) {
                n++;
            }
        }
        return n;
    }
}
