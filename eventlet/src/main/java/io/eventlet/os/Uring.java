// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// io_uring(7): a ring of requests to the kernel and one of their completions, in memory that is
/// shared with it.
///
/// Calls return a result that is not negative, or `-errno`. A ring is used by the thread that
/// [enables][#enable] it: the kernel does for it, in its calls of [#await], what others would be
/// interrupted for. When it is closed, by any thread, what it was asked for ends and takes nothing
/// any more; completions that are there can be taken before.
public final class Uring implements AutoCloseable {
    /// Of a completion: others of its request follow.
    public static final int MORE = 1 << 1;

    /// Of a request to poll: each edge completes it anew.
    public static final int EDGES = 1;

    private static final long SETUP_CALL = 425;
    private static final long ENTER = 426;
    private static final long REGISTER = 427;

    private static final int SETUP_CQSIZE = 1 << 3;
    private static final int SETUP_R_DISABLED = 1 << 6;
    private static final int SETUP_SUBMIT_ALL = 1 << 7;
    private static final int SETUP_TASKRUN_FLAG = 1 << 9;
    private static final int SETUP_SINGLE_ISSUER = 1 << 12;
    private static final int SETUP_DEFER_TASKRUN = 1 << 13;
    private static final int SETUP =
            SETUP_CQSIZE
                    | SETUP_R_DISABLED
                    | SETUP_SUBMIT_ALL
                    | SETUP_TASKRUN_FLAG
                    | SETUP_SINGLE_ISSUER
                    | SETUP_DEFER_TASKRUN;

    private static final int ENTER_GETEVENTS = 1;
    private static final int ENTER_EXT_ARG = 1 << 3;

    private static final int SQ_CQ_OVERFLOW = 1 << 1;
    private static final int SQ_TASKRUN = 1 << 2;

    private static final int REGISTER_ENABLE_RINGS = 12;
    private static final int REGISTER_BUFFERS = 22;

    private static final int OP_POLL_ADD = 6;
    private static final int OP_ASYNC_CANCEL = 14;
    private static final int OP_SEND = 26;
    private static final int OP_RECV = 27;
    private static final int RECV_MULTISHOT = 1 << 1;
    private static final int POLL_FIRST = 1;
    private static final int BUFFER_SELECT = 1 << 5;
    private static final int TELL_FAILURES = 1 << 6; // IOSQE_CQE_SKIP_SUCCESS
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_WAITALL = 0x100; // less is a failure
    private static final int MSG_NOSIGNAL = 0x4000;

    /// With fewer requests a call is made as a critical one, which delays safepoints.
    private static final int FEW = 16;

    private static final int SQE_SIZE = 64;
    private static final int CQE_SIZE = 16;
    private static final long SQES_AT = 0x1000_0000L;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED_POPULATE = 0x8001;

    private static final MethodHandle CALL =
            Libc.critical(
                    "syscall", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                    JAVA_LONG, JAVA_LONG);
    private static final MethodHandle WAIT =
            Libc.blocking(
                    "syscall", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                    JAVA_LONG, JAVA_LONG);
    private static final MethodHandle MMAP =
            Libc.critical(
                    "mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT,
                    JAVA_LONG);
    private static final MethodHandle MUNMAP =
            Libc.critical("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);

    /// All memory: offsets are addresses. A constant, of which the JIT need not check the bounds.
    @SuppressWarnings("restricted")
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final VarHandle INT = JAVA_INT.varHandle();

    private final int descriptor;

    // where the rings are
    private final long rings;
    private final long ringsSize;
    private final long requests;
    private final int requestCount;
    private final long requestHead;
    private final long requestTail;
    private final long flags;
    private final long completions;
    private final int completionMask;
    private final long completionHead;
    private final long completionTail;

    // of the thread that makes requests and takes completions
    private int tail;
    private int head;

    /// What the kernel says of a new ring, which is `struct io_uring_params`.
    private Uring(int descriptor, MemorySegment params, long rings, long ringsSize, long requests) {
        this.descriptor = descriptor;
        this.rings = rings;
        this.ringsSize = ringsSize;
        this.requests = requests;
        requestCount = params.get(JAVA_INT, 0);
        requestHead = rings + params.get(JAVA_INT, 40);
        requestTail = rings + params.get(JAVA_INT, 44);
        flags = rings + params.get(JAVA_INT, 56);
        long places = rings + params.get(JAVA_INT, 64);
        for (int i = 0; i < requestCount; i++) { // each request in the place of its number
            MEMORY.set(JAVA_INT, places + 4L * i, i);
        }
        completionMask = params.get(JAVA_INT, 4) - 1;
        completionHead = rings + params.get(JAVA_INT, 80);
        completionTail = rings + params.get(JAVA_INT, 84);
        completions = rings + params.get(JAVA_INT, 100);
    }

    /// Makes a ring for so many requests and completions at a time, both powers of 2. Fails with
    /// what somebody can do about it.
    public static Uring open(int requests, int completions) {
        var params = CallState.current().scratch.asSlice(0, 120).fill((byte) 0);
        params.set(JAVA_INT, 4, completions);
        params.set(JAVA_INT, 8, SETUP);
        int descriptor = call(SETUP_CALL, requests, params.address(), 0, 0, 0, 0);
        if (descriptor < 0) {
            throw new IllegalStateException(problem(-descriptor));
        }
        long ringsSize =
                Math.max(
                        params.get(JAVA_INT, 64) + 4L * params.get(JAVA_INT, 0),
                        params.get(JAVA_INT, 100) + (long) CQE_SIZE * params.get(JAVA_INT, 4));
        long requestsSize = (long) SQE_SIZE * params.get(JAVA_INT, 0);
        long rings = map(ringsSize, descriptor, 0);
        if (rings < 0) {
            Sockets.close(descriptor);
            throw new IllegalStateException(problem((int) -rings));
        }
        long requestsAt = map(requestsSize, descriptor, SQES_AT);
        if (requestsAt < 0) {
            unmap(rings, ringsSize);
            Sockets.close(descriptor);
            throw new IllegalStateException(problem((int) -requestsAt));
        }
        return new Uring(descriptor, params, rings, ringsSize, requestsAt);
    }

    /// Makes it the caller's, before which nothing can be asked for.
    public int enable() {
        return call(REGISTER, descriptor, REGISTER_ENABLE_RINGS, 0, 0, 0, 0);
    }

    /// Why there is no ring, for users.
    public static String problem(int errno) {
        return switch (errno) {
            case Errno.ENOSYS -> "this kernel is built without io_uring";
            case Errno.EPERM ->
                    "this process may not use io_uring (the sysctl kernel.io_uring_disabled, or"
                            + " seccomp as in containers, forbids it)";
            case Errno.EINVAL ->
                    "io_uring is used as of Linux 6.1, and this is "
                            + System.getProperty("os.version");
            default -> "io_uring cannot be set up: " + Errno.message(errno);
        };
    }

    private static int call(long number, long a, long b, long c, long d, long e, long f) {
        var state = CallState.current();
        try {
            return state.result((long) CALL.invokeExact(state.errno, number, a, b, c, d, e, f));
        } catch (Throwable error) {
            throw Libc.unexpected(error);
        }
    }

    private static long map(long size, int descriptor, long offset) {
        var state = CallState.current();
        try {
            long address =
                    (long)
                            MMAP.invokeExact(
                                    state.errno,
                                    0L,
                                    size,
                                    PROT_READ_WRITE,
                                    MAP_SHARED_POPULATE,
                                    descriptor,
                                    offset);
            return address == -1 ? state.result(address) : address;
        } catch (Throwable error) {
            throw Libc.unexpected(error);
        }
    }

    private static void unmap(long address, long size) {
        try {
            int ignored = (int) MUNMAP.invokeExact(CallState.current().errno, address, size);
        } catch (Throwable error) {
            throw Libc.unexpected(error);
        }
    }

    // ---- requests

    /// Whether another request can be made before the next [#await].
    public boolean hasRoom() {
        return tail - (int) INT.getAcquire(MEMORY, requestHead) < requestCount;
    }

    /// Whether there are requests of which the kernel has not been told.
    public boolean hasRequests() {
        return tail != (int) INT.getAcquire(MEMORY, requestHead);
    }

    /// The place of the next request.
    public int place() {
        return tail;
    }

    /// Whether the kernel has got the request of a place. For every thread.
    public boolean hasTaken(int place) {
        return (int) INT.getAcquire(MEMORY, requestHead) - place > 0;
    }

    /// Makes a request that the kernel has not taken one for nothing, with other data.
    public void withdraw(int place, long data) {
        long at = requests + (long) SQE_SIZE * (place & requestCount - 1);
        MEMORY.asSlice(at, SQE_SIZE).fill((byte) 0); // IORING_OP_NOP
        MEMORY.set(JAVA_LONG, at + 32, data);
    }

    private long request(int operation, int flags, int ioprio, int of, long data) {
        long at = requests + (long) SQE_SIZE * (tail & requestCount - 1);
        for (int i = 0; i < SQE_SIZE; i += 8) {
            MEMORY.set(JAVA_LONG, at + i, 0);
        }
        MEMORY.set(JAVA_INT, at, operation | flags << 8 | ioprio << 16);
        MEMORY.set(JAVA_INT, at + 4, of);
        MEMORY.set(JAVA_LONG, at + 32, data);
        tail++;
        return at;
    }

    /// Asks to be told of what poll(2) tells of, once or, with [#EDGES], again and again.
    public void poll(int of, int mask, int how, long data) {
        long at = request(OP_POLL_ADD, 0, 0, of, data);
        MEMORY.set(JAVA_INT, at + 24, how);
        MEMORY.set(JAVA_INT, at + 28, mask);
    }

    /// Asks to receive into the buffers of the ring whatever comes, until so many bytes have come,
    /// which Linux can as of 6.17; 0 for no limit. None is taken while nothing has come.
    public void receive(int from, int limit, long data) {
        long at = request(OP_RECV, BUFFER_SELECT, RECV_MULTISHOT | POLL_FIRST, from, data);
        MEMORY.set(JAVA_INT, at + 44, limit);
    }

    /// Asks to send a part of some memory, at once and as far as there is room: done when the
    /// kernel has taken the request. Completes only if not all was sent: with how much it was, or
    /// `-errno`.
    public void send(int to, UringMemory from, int at, int length, long data) {
        long request = request(OP_SEND, TELL_FAILURES, 0, to, data);
        MEMORY.set(JAVA_LONG, request + 16, from.address(at));
        MEMORY.set(JAVA_INT, request + 24, length);
        MEMORY.set(JAVA_INT, request + 28, MSG_DONTWAIT | MSG_WAITALL | MSG_NOSIGNAL);
    }

    /// Whether all requests that can be made may fail at once, and be told of.
    public boolean hasRoomToTell() {
        return completed() + requestCount <= completionMask + 1 && !hasOverflow();
    }

    /// Asks to end the request that carries some data, and says how that went under other data.
    public void requestCancel(long ofData, long data) {
        long at = request(OP_ASYNC_CANCEL, 0, 0, -1, data);
        MEMORY.set(JAVA_LONG, at + 16, ofData);
    }

    /// Tells the kernel of the requests and waits, if there is no completion, for at most the given
    /// time: 0 to only look, negative for no limit.
    public int await(long nanos) {
        int made = tail - (int) INT.getAcquire(MEMORY, requestHead);
        INT.setRelease(MEMORY, requestTail, tail);
        if (nanos == 0 && made <= FEW) {
            return call(ENTER, descriptor, made, 0, ENTER_GETEVENTS, 0, 0);
        }
        var state = CallState.current();
        int how = ENTER_GETEVENTS;
        long argument = 0;
        long size = 0;
        if (nanos > 0) { // struct io_uring_getevents_arg, and a timespec behind it
            var scratch = state.scratch;
            argument = scratch.address();
            size = 24;
            scratch.set(JAVA_LONG, 0, 0);
            scratch.set(JAVA_LONG, 8, 0);
            scratch.set(JAVA_LONG, 16, argument + 24);
            scratch.set(JAVA_LONG, 24, nanos / 1_000_000_000);
            scratch.set(JAVA_LONG, 32, nanos % 1_000_000_000);
            how |= ENTER_EXT_ARG;
        }
        try {
            return state.result(
                    (long)
                            WAIT.invokeExact(
                                    state.errno,
                                    ENTER,
                                    (long) descriptor,
                                    (long) made,
                                    nanos == 0 ? 0L : 1L,
                                    (long) how,
                                    argument,
                                    size));
        } catch (Throwable error) {
            throw Libc.unexpected(error);
        }
    }

    /// Ends the request that carries some data, and says how that went under other data. Whether it
    /// is over, and its descriptor held no longer. If not, it ends in a later [#await]: the kernel
    /// had too much else to do for this call, or there may be no room for what that would bring.
    public boolean cancel(long ofData, long data) {
        if (!isHalfEmpty()) {
            return false;
        }
        if (!hasRoom()) {
            int ignored = await(0);
        }
        if (!hasRoom()) {
            return false;
        }
        int place = tail;
        requestCancel(ofData, data);
        return await(0) >= 0 && hasTaken(place) && !hasMore();
    }

    /// What does not fit into the queue is lost if another thread takes over before the next
    /// [#await], so it is not to be filled in between.
    private boolean isHalfEmpty() {
        return completed() <= completionMask / 2;
    }

    /// Tells of the memory of a ring of buffers, in group 0.
    int register(MemorySegment entries, int count, int how) {
        var asked = CallState.current().scratch.asSlice(0, 40).fill((byte) 0);
        asked.set(JAVA_LONG, 0, entries.address());
        asked.set(JAVA_INT, 8, count);
        asked.set(JAVA_INT, 12, how << 16); // group, flags
        return call(REGISTER, descriptor, REGISTER_BUFFERS, asked.address(), 1, 0, 0);
    }

    // ---- completions

    /// How many there are.
    public int completed() {
        return (int) INT.getAcquire(MEMORY, completionTail) - head;
    }

    /// Whether the kernel has more to tell, which only [#await] brings.
    public boolean hasMore() {
        return ((int) INT.getOpaque(MEMORY, flags) & (SQ_CQ_OVERFLOW | SQ_TASKRUN)) != 0;
    }

    /// Whether there was no room for completions, which the kernel keeps until [#await], and which
    /// are lost when the ring is closed.
    public boolean hasOverflow() {
        return ((int) INT.getOpaque(MEMORY, flags) & SQ_CQ_OVERFLOW) != 0;
    }

    private long completion() {
        return completions + (long) CQE_SIZE * (head & completionMask);
    }

    /// What the request of the first completion carries.
    public long data() {
        return MEMORY.get(JAVA_LONG, completion());
    }

    /// The result of the first completion, or `-errno`.
    public int result() {
        return MEMORY.get(JAVA_INT, completion() + 8);
    }

    /// The flags of the first completion.
    public int flags() {
        return MEMORY.get(JAVA_INT, completion() + 12);
    }

    /// Takes the first completion away.
    public void advance() {
        INT.setRelease(MEMORY, completionHead, ++head);
    }

    /// Gives it back: nobody uses it. The kernel ends what it was asked for a moment later,
    /// whatever the thread does whose it was.
    @Override
    public void close() {
        unmap(requests, (long) SQE_SIZE * requestCount);
        unmap(rings, ringsSize);
        Sockets.close(descriptor);
    }
}
