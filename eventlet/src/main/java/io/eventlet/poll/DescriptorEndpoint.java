// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Errno;
import io.eventlet.os.Platform;
import io.eventlet.os.SentFiles;
import io.eventlet.os.Sockets;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Set;

/// A TCP socket of the kernel, or a listener; or one of those whose address is a path, for servers
/// that know of no other endpoints.
final class DescriptorEndpoint extends DescriptorStream implements Endpoint {

    private final boolean ipv6;
    private final boolean listener;
    private final boolean local; // its address is a path

    private final @Nullable UringInflow inflow; // of a ring; none for what is polled
    private volatile @Nullable UringWatch watch; // there

    private volatile boolean lingers;
    private volatile boolean shared; // with listeners on other pollers
    private volatile InetSocketAddress remote = DescriptorErrors.NOWHERE;

    DescriptorEndpoint(ReadinessPoller poller, int descriptor, boolean ipv6, boolean listener) {
        this(poller, descriptor, ipv6, listener, false);
    }

    private DescriptorEndpoint(
            ReadinessPoller poller, int descriptor, boolean ipv6, boolean listener, boolean local) {
        super(poller, descriptor);
        this.ipv6 = ipv6;
        this.listener = listener;
        this.local = local;
        inflow = poller.receives() && !listener && !local ? new UringInflow(this) : null;
    }

    /// A listener that is open already.
    static DescriptorEndpoint ofListener(
            ReadinessPoller poller, int descriptor, Sockets.Listener kind) {
        return new DescriptorEndpoint(
                poller,
                descriptor,
                kind == Sockets.Listener.IPV6,
                true,
                kind == Sockets.Listener.PATH);
    }

    /// A read ends at a message that has descriptors with it, whatever follows.
    @Override
    boolean isEmptyAfterShortRead() {
        return !local && inflow == null;
    }

    @Override
    int receive(byte[] into, int offset, int length) {
        var received = inflow;
        return received == null
                ? super.receive(into, offset, length)
                : received.read(into, offset, length);
    }

    @Override
    int peek() {
        var received = inflow;
        return received == null ? super.peek() : received.peek();
    }

    /// Into a ring that receives for it, if the poller has one.
    @Override
    int addTo(DescriptorSet set, long token) {
        var received = inflow;
        if (received == null || !(set instanceof UringSet in)) {
            return super.addTo(set, token);
        }
        var added = in.add(descriptor, received);
        if (added == null) {
            return -Errno.ENOMEM;
        }
        watch = added;
        return 0;
    }

    @Override
    void settleInput() {
        var there = watch;
        var in = there == null ? null : there.set;
        if (there != null && in != null) {
            in.settle(there);
        }
    }

    @Override
    boolean arm(boolean forOutput) {
        var received = inflow;
        if (received == null || !poller().receives()) {
            return true;
        }
        var there = watch;
        var in = there == null ? null : there.set;
        if (there == null || in == null) { // the other side is about to put it there
            return false;
        }
        return forOutput ? in.wantOutput(there) : in.wantInput(there, received);
    }

    /*
     * Several pollers share a listener, each by a descriptor of its own. One that waits is in its
     * poller's set for as long as it waits, exclusively: so a connection wakes one of those who
     * take it, goes on to the next if that one is not asleep, and is seen at once by whoever comes
     * to wait while it is there. Who has no room, or computes, keeps nobody waiting.
     */
    @Override
    public Endpoint acceptingOn(Network network) throws IOException {
        if (network == poller() || !(network instanceof ReadinessPoller other)) {
            return this;
        }
        beginCall();
        try {
            int twin = DescriptorErrors.ensure(Sockets.duplicate(descriptor), "share a listener");
            var endpoint = new DescriptorEndpoint(other, twin, ipv6, true, local);
            endpoint.shared = true;
            shared = true;
            return OpenSockets.opened(endpoint);
        } finally {
            endCall();
        }
    }

    @Override
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
                    outcome = awaitInput(deadline);
                    if (shared) { // the next that comes is for those who wait
                        poller().deregister(this);
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
            poller().parking.yieldNow();
        } else {
            yieldAfterStreak();
        }
    }

    private DescriptorEndpoint ofAccepted(Sockets.Accepted accepted) {
        try {
            var endpoint =
                    new DescriptorEndpoint(poller(), accepted.descriptor(), ipv6, false, local);
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
                case 0, Errno.EISCONN -> {
                    remote = way;
                    return;
                }
                case Errno.EINPROGRESS, Errno.EALREADY -> {
                    ensureMayWait(outcome, "Connect timed out: " + to);
                    outcome = awaitOutput(deadline);
                    if (Platform.CURRENT.isBsd()) { // there another connect does not tell
                        int error = Sockets.takeError(descriptor);
                        if (error < 0) {
                            throw DescriptorErrors.connect(-error, to);
                        }
                    }
                }
                case Errno.EINTR -> {}
                default -> throw DescriptorErrors.connect(-result, to);
            }
        }
    }

    @Override
    void release() {
        if (lingers) { // close(2) would sleep until all is sent, which it is without that too
            KernelOption.noLinger(descriptor);
        }
        var received = inflow;
        if (received != null && received.unread() > 0) { // else the peer would take it for an end
            KernelOption.breakOff(descriptor);
        }
        super.release();
        if (received != null) {
            received.discard();
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
    public boolean sendsFiles() {
        return SentFiles.areThere();
    }

    @Override
    public int available() throws IOException {
        beginCall();
        try {
            int n = DescriptorErrors.ensure(Sockets.available(descriptor), "available");
            var received = inflow;
            return received == null ? n : (int) Math.min(Integer.MAX_VALUE, n + received.unread());
        } finally {
            endCall();
        }
    }

    @Override
    public boolean isPeerGone() throws IOException {
        if (local) {
            return isLocalPeerGone();
        }
        var received = inflow;
        beginCall();
        try {
            return remote != DescriptorErrors.NOWHERE
                    && Sockets.isEndedByPeer(descriptor)
                    && Sockets.available(descriptor) <= 0
                    && (received == null || isEmpty(received));
        } finally {
            endCall();
        }
    }

    /// Whether nothing is left that a ring has received, nor on its way from there.
    private boolean isEmpty(UringInflow received) {
        if (received.isArmed()) {
            settleInput();
        }
        return received.unread() == 0;
    }

    private boolean isLocalPeerGone() throws IOException {
        if (!begin(READING)) { // who reads is told
            return false;
        }
        try {
            return isAtEnd();
        } finally {
            end(READING);
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
            if (isNoDelayOfPath(option)) {
                return;
            }
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
            if (isNoDelayOfPath(option)) {
                return option.type().cast(true);
            }
            return option.type().cast(KernelOption.of(option, listener).get(descriptor, ipv6));
        } finally {
            endCall();
        }
    }

    /// Servers set it on whatever they accept; on a path nothing is ever delayed, and the kernel
    /// has no such option.
    private boolean isNoDelayOfPath(SocketOption<?> option) {
        return local && !listener && option == StandardSocketOptions.TCP_NODELAY;
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
        if (local) {
            return "Unix socket " + descriptor;
        }
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
