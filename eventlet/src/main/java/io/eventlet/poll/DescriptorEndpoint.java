// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.errors.ConcurrentUse;
import io.eventlet.os.Errno;
import io.eventlet.os.Sockets;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.util.Objects;
import java.util.Set;

/// A socket of the kernel: operations try, and wait until the poller says ready.
final class DescriptorEndpoint extends CountedDescriptor implements Endpoint {
    /*
     * drained: a receive of less than was asked for has emptied the socket, so the next read
     * waits for the edge that tells of more, without a receive that would only say EAGAIN. Not
     * after an exceptional edge: the peer's FIN may have come on the same edge as the data, and a
     * receive stops in front of urgent data; no other edge follows. The same holds for a send that
     * filled the socket (full).
     *
     * An operation whose wait has expired, or was cancelled, is tried once more before that counts:
     * what can be done is done.
     */
    /// A critical call delays safepoints for as long as it copies.
    private static final int MAX_COPY = 1 << 16;

    /// Operations in a row that did not wait before others get a turn.
    private static final int STREAK = 64;

    private static final int EISCONN = 106;
    private static final int EALREADY = 114;

    private volatile ReadinessPoller poller; // another's once it is closed; under the monitor
    private final boolean ipv6;
    private final boolean listener;
    private final Slot readable = new Slot();
    private final Slot writable = new Slot();

    volatile int generation; // written under the poller's lock
    private volatile boolean exceptional;
    private volatile boolean lingers;
    private volatile boolean shared; // with listeners on other pollers
    private volatile InetSocketAddress remote = DescriptorErrors.NOWHERE;

    private @Nullable Thread reader; // the reader; others look at it for an error's message
    private @Nullable Thread writer; // the writer; likewise
    private boolean drained; // the reader
    private boolean reset; // the reader
    private boolean full; // the writer
    private int streak; // reader and writer: a rough count

    DescriptorEndpoint(ReadinessPoller poller, int descriptor, boolean ipv6, boolean listener) {
        super(descriptor);
        this.poller = poller;
        this.ipv6 = ipv6;
        this.listener = listener;
    }

    /// Called by the poller: the descriptor is ready.
    void onReady(boolean nowReadable, boolean nowWritable, boolean nowExceptional) {
        if (nowExceptional) {
            exceptional = true; // before the reader can know of the edge
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
            var outcome = Parking.Outcome.UNPARKED;
            while (true) {
                if (!drained) {
                    int n = Sockets.recv(descriptor, into, offset, asked);
                    if (n > 0) {
                        drained = n < asked && !exceptional;
                        yieldAfterStreak();
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
                    ensureMayWait(outcome, "Read timed out");
                }
                drained = false;
                outcome = await(readable, deadline);
            }
        } finally {
            endRead();
        }
    }

    @Override
    public void awaitReadable(long deadline) throws IOException {
        beginRead("a wait for bytes");
        try {
            var outcome = Parking.Outcome.UNPARKED;
            while (drained || !isReadable()) {
                ensureMayWait(outcome, "Read timed out");
                drained = false;
                outcome = await(readable, deadline);
                if (outcome == Parking.Outcome.UNPARKED) {
                    return; // by an edge: the read sees of what
                }
            }
        } finally {
            endRead();
        }
    }

    private boolean isReadable() throws SocketException {
        int n = reset ? 0 : Sockets.peek(descriptor);
        if (n == -Errno.ECONNRESET) { // the kernel tells it once
            reset = true;
        } else if (n < 0) {
            DescriptorErrors.ensureAgain(n, "read");
            return false;
        }
        return true;
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
            var outcome = Parking.Outcome.UNPARKED;
            while (true) {
                if (!full) {
                    int n = Sockets.send(descriptor, from, offset, asked);
                    if (n > 0) {
                        full = n < asked;
                        yieldAfterStreak();
                        return n;
                    }
                    DescriptorErrors.ensureAgain(n, "write");
                    ensureMayWait(outcome, "Write timed out");
                }
                full = false;
                outcome = await(writable, deadline);
            }
        } finally {
            endWrite();
        }
    }

    /*
     * Several pollers share a listener, each by a descriptor of its own. One that waits is in its
     * poller's set for as long as it waits, exclusively: so a connection wakes one of those who
     * take it, goes on to the next if that one is not asleep, and is seen at once by whoever comes
     * to wait while it is there. Who has no room, or computes, keeps nobody waiting.
     */
    @Override
    public Endpoint acceptingOn(Network network) throws IOException {
        if (network == poller || !(network instanceof ReadinessPoller other)) {
            return this;
        }
        beginCall();
        try {
            int twin = DescriptorErrors.ensure(Sockets.duplicate(descriptor), "share a listener");
            var endpoint = new DescriptorEndpoint(other, twin, ipv6, true);
            endpoint.shared = true;
            shared = true;
            return OpenSockets.opened(endpoint);
        } finally {
            endCall();
        }
    }

    boolean isShared() {
        return shared;
    }

    @Override
    public Endpoint accept(long deadline) throws IOException {
        beginRead("an accept");
        try {
            var outcome = Parking.Outcome.UNPARKED;
            while (true) {
                var accepted = Sockets.accept(descriptor);
                if (accepted.descriptor() >= 0) {
                    var endpoint = ofAccepted(accepted);
                    yieldAfterAccept();
                    return endpoint;
                }
                if (accepted.descriptor() != -Errno.ECONNABORTED) {
                    DescriptorErrors.ensureAgain(accepted.descriptor(), "accept");
                    ensureMayWait(outcome, "Accept timed out");
                    outcome = await(readable, deadline);
                    if (shared) { // the next that comes is for those who wait
                        poller.deregister(this);
                        noteNotRegistered();
                    }
                }
            }
        } finally {
            endRead();
        }
    }

    /// Who shares a listener leaves something of a crowd to the others.
    private void yieldAfterAccept() {
        if (shared) {
            poller.parking.yieldNow();
        } else {
            yieldAfterStreak();
        }
    }

    private DescriptorEndpoint ofAccepted(Sockets.Accepted accepted) {
        try {
            var endpoint = new DescriptorEndpoint(poller, accepted.descriptor(), ipv6, false);
            endpoint.remote = accepted.remote();
            return OpenSockets.opened(endpoint);
        } catch (Throwable e) { // no memory
            Sockets.close(accepted.descriptor());
            throw e;
        }
    }

    @Override
    public void connect(InetSocketAddress to, long deadline) throws IOException {
        boolean connected = false;
        beginWrite("a connect");
        remote = to; // so that dumps name it
        try {
            var ways = Wildcard.ways(to, ipv6);
            for (int i = 0; !connected; i++) {
                try {
                    connect(ways.get(i), to, deadline);
                    connected = true;
                } catch (SocketException e) { // after which the kernel lets us try again
                    if (i + 1 == ways.size()) {
                        throw e;
                    }
                }
            }
        } finally {
            endWrite();
            if (!connected) {
                close();
            }
        }
    }

    private void connect(InetSocketAddress way, InetSocketAddress to, long deadline)
            throws IOException {
        var outcome = Parking.Outcome.UNPARKED;
        while (true) {
            int result = Sockets.connect(descriptor, ipv6, way.getAddress(), way.getPort());
            switch (-result) {
                case 0, EISCONN -> {
                    remote = way;
                    return;
                }
                case Errno.EINPROGRESS, EALREADY -> {
                    ensureMayWait(outcome, "Connect timed out: " + to);
                    outcome = await(writable, deadline);
                }
                case Errno.EINTR -> {}
                default -> throw DescriptorErrors.connect(-result, to);
            }
        }
    }

    /// Waits until a side is ready, and says why it goes on.
    private Parking.Outcome await(Slot slot, long deadline) throws SocketException {
        if (!poller.isOpen()) {
            moveToCallers();
        }
        if (noteRegistered()) {
            try {
                poller.register(this);
            } catch (Throwable e) {
                noteNotRegistered();
                wakeUsers(); // whoever waits on the other side tries itself
                throw e;
            }
        }
        streak = 0;
        var outcome = slot.await(poller.parking, this, deadline);
        ensureOpen();
        return outcome;
    }

    /// Has it polled by the poller of the calling thread, since its own is closed.
    private synchronized void moveToCallers() {
        if (!poller.isOpen()) { // else the other side has moved it
            poller = poller.ofCaller();
            noteNotRegistered();
        }
    }

    /// Ends an operation that could not be done even after its last wait was ended.
    private void ensureMayWait(Parking.Outcome outcome, String timedOut)
            throws SocketTimeoutException {
        switch (outcome) {
            case UNPARKED -> {}
            case EXPIRED -> throw new SocketTimeoutException(timedOut);
            case CANCELLED -> throw poller.parking.raise();
        }
    }

    @Override
    void wakeUsers() {
        readable.ready();
        writable.ready();
    }

    private void yieldAfterStreak() {
        if (++streak >= STREAK) { // both may have counted on
            streak = 0;
            poller.parking.yieldNow();
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

    private void endRead() {
        reader = null;
        end(READING);
    }

    private void endWrite() {
        writer = null;
        end(WRITING);
    }

    @Override
    void release() {
        if (isRegistered()) {
            poller.deregister(this);
        }
        readable.close();
        writable.close();
        if (lingers) { // close(2) would sleep until all is sent, which it is without that too
            KernelOption.noLinger(descriptor);
        }
        Sockets.close(descriptor);
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
        beginCall();
        try {
            return DescriptorErrors.ensure(Sockets.available(descriptor), "available");
        } finally {
            endCall();
        }
    }

    @Override
    public boolean isPeerGone() throws IOException {
        beginCall();
        try {
            return remote != DescriptorErrors.NOWHERE
                    && Sockets.isEndedByPeer(descriptor)
                    && Sockets.available(descriptor) <= 0;
        } finally {
            endCall();
        }
    }

    @Override
    public void shutdownInput() throws IOException {
        shutdown(Sockets.SHUT_RD, "shutdownInput");
    }

    @Override
    public void shutdownOutput() throws IOException {
        shutdown(Sockets.SHUT_WR, "shutdownOutput");
    }

    private void shutdown(int how, String operation) throws IOException {
        beginCall();
        try {
            int result = Sockets.shutdown(descriptor, how);
            if (result != -Errno.ENOTCONN) { // after a reset there is nothing to end
                DescriptorErrors.ensure(result, operation);
            }
        } finally {
            endCall();
        }
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
        beginCall();
        try {
            KernelOption.of(option, listener).set(descriptor, ipv6, value);
            if (option == StandardSocketOptions.SO_LINGER) {
                lingers = (Integer) value > 0;
            }
        } finally {
            endCall();
        }
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        beginCall();
        try {
            return option.type().cast(KernelOption.of(option, listener).get(descriptor, ipv6));
        } finally {
            endCall();
        }
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return KernelOption.supported(listener);
    }

    @Override
    public InetSocketAddress localAddress() throws IOException {
        beginCall();
        try {
            return Sockets.localAddress(descriptor);
        } finally {
            endCall();
        }
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    /// For error messages and dumps: the descriptor and its peer, or where it listens.
    @Override
    public String toString() {
        var peer = remote;
        if (peer != DescriptorErrors.NOWHERE) {
            return "socket " + descriptor + " to " + peer;
        }
        return "socket " + descriptor + (listener ? at() : "");
    }

    private String at() {
        try {
            return " at " + localAddress();
        } catch (IOException e) { // it is closed
            return "";
        }
    }
}
