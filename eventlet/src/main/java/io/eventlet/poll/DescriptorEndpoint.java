// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Errno;
import io.eventlet.os.Sockets;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.util.Objects;
import java.util.Set;

/// A socket of the kernel: operations try, and wait until the poller says ready.
final class DescriptorEndpoint implements Endpoint {
    /*
     * use: who uses the descriptor's number, so that it is closed by whoever lets go of it last.
     * A thread that comes second to a side is refused; one that comes after close() as well.
     *
     * drained: a receive of less than was asked for has emptied the socket, so the next read
     * waits for the edge that tells of more, without a receive that would only say EAGAIN. Not if
     * the peer has hung up: its FIN may have come on the same edge as the data, and no other
     * edge follows. The same holds for a send that filled the socket (full).
     */
    private static final int CLOSED = 1;
    private static final int READING = 2;
    private static final int WRITING = 4;
    private static final int REGISTERED = 8;

    /// A critical call delays safepoints for as long as it copies.
    private static final int MAX_COPY = 1 << 16;

    /// Operations in a row that did not wait before others get a turn.
    private static final int STREAK = 64;

    private static final int EISCONN = 106;
    private static final int EALREADY = 114;

    private static final VarHandle USE;

    static {
        try {
            USE = MethodHandles.lookup().findVarHandle(DescriptorEndpoint.class, "use", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ReadinessPoller poller;
    private final int descriptor;
    private final boolean ipv6;
    private final Slot readable = new Slot();
    private final Slot writable = new Slot();

    @SuppressWarnings("unused") // by USE
    private volatile int use;

    volatile int generation; // written under the poller's lock
    private volatile boolean hangup;
    private volatile boolean lingers;
    private volatile InetSocketAddress remote = DescriptorErrors.NOWHERE;

    private @Nullable Thread reader; // the reader; others look at it for an error's message
    private @Nullable Thread writer; // the writer; likewise
    private boolean drained; // the reader
    private boolean reset; // the reader
    private boolean full; // the writer
    private int streak; // reader and writer: a rough count

    DescriptorEndpoint(ReadinessPoller poller, int descriptor, boolean ipv6) {
        this.poller = poller;
        this.descriptor = descriptor;
        this.ipv6 = ipv6;
    }

    int descriptor() {
        return descriptor;
    }

    /// Called by the poller: news of the descriptor.
    void onReady(boolean nowReadable, boolean nowWritable, boolean nowHangup) {
        if (nowHangup) {
            hangup = true; // before the reader can know of the edge
        }
        if (nowReadable) {
            readable.ready();
        }
        if (nowWritable) {
            writable.ready();
        }
    }

    @Override
    public int read(byte[] into, int offset, int length, long deadline) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        int asked = Math.min(length, MAX_COPY);
        beginRead("a read");
        try {
            if (asked == 0) {
                return 0;
            }
            if (reset) {
                throw new SocketException("Connection reset");
            }
            while (true) {
                if (!drained) {
                    int n = Sockets.recv(descriptor, into, offset, asked);
                    if (n > 0) {
                        drained = n < asked && !hangup;
                        giveWayAfterStreak();
                        return n;
                    }
                    if (n == 0) {
                        return -1;
                    }
                    if (n == -Errno.ECONNRESET) {
                        reset = true;
                        throw new SocketException("Connection reset");
                    }
                    DescriptorErrors.ensureAgain(n, "read");
                }
                drained = false;
                await(readable, deadline, "Read timed out");
            }
        } finally {
            endRead();
        }
    }

    @Override
    public int write(byte[] from, int offset, int length, long deadline) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        int asked = Math.min(length, MAX_COPY);
        beginWrite("a write");
        try {
            if (asked == 0) {
                return 0;
            }
            while (true) {
                if (!full) {
                    int n = Sockets.send(descriptor, from, offset, asked);
                    if (n > 0) {
                        full = n < asked;
                        giveWayAfterStreak();
                        return n;
                    }
                    DescriptorErrors.ensureAgain(n, "write");
                }
                full = false;
                await(writable, deadline, "Write timed out");
            }
        } finally {
            endWrite();
        }
    }

    @Override
    public Endpoint accept(long deadline) throws IOException {
        beginRead("an accept");
        try {
            while (true) {
                var accepted = Sockets.accept(descriptor);
                if (accepted.descriptor() >= 0) {
                    var endpoint = new DescriptorEndpoint(poller, accepted.descriptor(), ipv6);
                    endpoint.remote = accepted.remote();
                    giveWayAfterStreak();
                    return endpoint;
                }
                if (accepted.descriptor() != -Errno.ECONNABORTED) {
                    DescriptorErrors.ensureAgain(accepted.descriptor(), "accept");
                    await(readable, deadline, "Accept timed out");
                }
            }
        } finally {
            endRead();
        }
    }

    @Override
    public void connect(InetSocketAddress to, long deadline) throws IOException {
        boolean connected = false;
        beginWrite("a connect");
        try {
            while (true) {
                int result = Sockets.connect(descriptor, ipv6, to.getAddress(), to.getPort());
                switch (-result) {
                    case 0, EISCONN -> {
                        remote = to;
                        connected = true;
                        return;
                    }
                    case Errno.EINPROGRESS, EALREADY ->
                            await(writable, deadline, "Connect timed out: " + to);
                    case Errno.EINTR -> {}
                    default -> throw DescriptorErrors.connect(-result, to);
                }
            }
        } finally {
            endWrite();
            if (!connected) {
                close();
            }
        }
    }

    private void await(Slot slot, long deadline, String timedOut)
            throws SocketException, SocketTimeoutException {
        if (((int) USE.getAndBitwiseOr(this, REGISTERED) & REGISTERED) == 0) {
            try {
                poller.register(this);
            } catch (SocketException e) {
                USE.getAndBitwiseAnd(this, ~REGISTERED);
                throw e;
            }
        }
        streak = 0;
        boolean inTime = slot.await(poller.parking, this, deadline);
        ensureOpen();
        if (!inTime) {
            throw new SocketTimeoutException(timedOut);
        }
    }

    private void giveWayAfterStreak() {
        if (++streak == STREAK) {
            streak = 0;
            poller.parking.giveWay();
        }
    }

    private void beginRead(String operation) throws SocketException {
        if (!begin(READING)) {
            throw new ConcurrentUse(
                    operation, this, Objects.requireNonNullElse(reader, Thread.currentThread()));
        }
        reader = Thread.currentThread();
    }

    private void beginWrite(String operation) throws SocketException {
        if (!begin(WRITING)) {
            throw new ConcurrentUse(
                    operation, this, Objects.requireNonNullElse(writer, Thread.currentThread()));
        }
        writer = Thread.currentThread();
    }

    /// Takes a side; false if somebody has it.
    private boolean begin(int side) throws SocketException {
        while (true) {
            int before = use;
            if ((before & CLOSED) != 0) { // nothing may be taken any more: the number is not ours
                throw new SocketException("Socket closed");
            }
            if ((before & side) != 0) {
                return false;
            }
            if (USE.compareAndSet(this, before, before | side)) {
                return true;
            }
        }
    }

    private void endRead() {
        reader = null;
        letGo(READING);
    }

    private void endWrite() {
        writer = null;
        letGo(WRITING);
    }

    private void letGo(int side) {
        int before = (int) USE.getAndBitwiseAnd(this, ~side);
        if ((before & CLOSED) != 0 && (before & (READING | WRITING)) == side) {
            release();
        }
    }

    private void ensureOpen() throws SocketException {
        if (!isOpen()) {
            throw new SocketException("Socket closed");
        }
    }

    @Override
    public boolean isOpen() {
        return (use & CLOSED) == 0;
    }

    @Override
    public void close() {
        int before = (int) USE.getAndBitwiseOr(this, CLOSED);
        if ((before & CLOSED) != 0) {
            return;
        }
        if ((before & (READING | WRITING)) == 0) {
            release();
        } else { // whoever uses it wakes, sees that it is closed, and the last one releases it
            readable.ready();
            writable.ready();
        }
    }

    private void release() {
        if ((use & REGISTERED) != 0) {
            poller.deregister(this);
        }
        if (lingers) { // close(2) sleeps until all is sent: not on a hub
            Thread.ofPlatform().daemon().start(() -> Sockets.close(descriptor));
        } else {
            Sockets.close(descriptor);
        }
    }

    @Override
    public void bind(InetAddress address, int port) throws IOException {
        beginWrite("a bind");
        try {
            DescriptorErrors.ensureBound(
                    Sockets.bind(descriptor, ipv6, address, port), address, port);
        } finally {
            endWrite();
        }
    }

    @Override
    public void listen(int backlog) throws IOException {
        beginWrite("a listen");
        try {
            DescriptorErrors.ensure(Sockets.listen(descriptor, backlog), "listen");
        } finally {
            endWrite();
        }
    }

    @Override
    public int available() throws IOException {
        ensureOpen();
        return DescriptorErrors.ensure(Sockets.available(descriptor), "available");
    }

    @Override
    public void shutdownInput() throws IOException {
        ensureOpen();
        DescriptorErrors.ensure(Sockets.shutdown(descriptor, Sockets.SHUT_RD), "shutdownInput");
    }

    @Override
    public void shutdownOutput() throws IOException {
        ensureOpen();
        DescriptorErrors.ensure(Sockets.shutdown(descriptor, Sockets.SHUT_WR), "shutdownOutput");
    }

    @Override
    public void sendUrgent(int data) throws IOException {
        beginWrite("an urgent write");
        try {
            DescriptorErrors.ensure(Sockets.sendUrgent(descriptor, data), "send urgent data");
        } finally {
            endWrite();
        }
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        ensureOpen();
        KernelOption.of(option).set(descriptor, ipv6, value);
        if (option == java.net.StandardSocketOptions.SO_LINGER) {
            lingers = (Integer) value > 0;
        }
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        ensureOpen();
        return option.type().cast(KernelOption.of(option).get(descriptor, ipv6));
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return KernelOption.supported();
    }

    @Override
    public InetSocketAddress localAddress() throws IOException {
        ensureOpen();
        return Sockets.localAddress(descriptor);
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    /// For error messages and dumps: the descriptor and its peer.
    @Override
    public String toString() {
        var peer = remote;
        return peer == DescriptorErrors.NOWHERE
                ? "socket " + descriptor
                : "socket " + descriptor + " to " + peer;
    }
}
