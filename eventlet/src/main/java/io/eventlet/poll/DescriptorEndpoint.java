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

/// A TCP socket of the kernel; or one whose address is a path, for servers that know of no other
/// endpoints.
final class DescriptorEndpoint extends DeferringStream implements Endpoint {
    private final boolean ipv6;
    private final boolean local; // its address is a path

    private final @Nullable UringInflow inflow; // of a ring; none for what is polled
    private volatile @Nullable UringWatch watch; // there

    private volatile boolean lingers;
    private volatile boolean breaksOff; // as SO_LINGER 0 asks
    private volatile boolean hasWritten; // or is about to
    private volatile boolean isNoDelayDue; // set by the next write; changed under the monitor
    private volatile InetSocketAddress remote = DescriptorErrors.NOWHERE;

    DescriptorEndpoint(ReadinessPoller poller, int descriptor, boolean ipv6) {
        this(poller, descriptor, ipv6, false);
    }

    private DescriptorEndpoint(
            ReadinessPoller poller, int descriptor, boolean ipv6, boolean local) {
        super(poller, descriptor);
        this.ipv6 = ipv6;
        this.local = local;
        inflow = poller.receives() && !local ? new UringInflow(this) : null;
    }

    /// A connection that a listener has accepted.
    ///
    /// @param local whether its address is a path
    static DescriptorEndpoint ofAccepted(
            ReadinessPoller poller, Sockets.Accepted accepted, boolean ipv6, boolean local) {
        var endpoint = new DescriptorEndpoint(poller, accepted.descriptor(), ipv6, local);
        endpoint.remote = accepted.remote();
        endpoint.leaveFirstReadToRing();
        return endpoint;
    }

    /// The ring receives what has come for a new connection by the call that waits, for all of them
    /// together; a try would be a call for each.
    private void leaveFirstReadToRing() {
        if (inflow != null && poller().receivesForCaller() && tryEnsurePolled()) {
            waitFirst();
        }
    }

    /// A read ends at a message that has descriptors with it, whatever follows. A ring tells of
    /// what there is when it looks next, but not of what it has told; and on another hub that may
    /// be long.
    @Override
    boolean isEmptyAfterShortRead() {
        var received = inflow;
        return received == null ? !local : isToldInTime() && !received.hasNews();
    }

    @Override
    boolean isToldInTime() {
        var there = watch;
        return inflow == null || (there != null && there.set.isLoop());
    }

    @Override
    int receive(byte[] into, int offset, int length) {
        var received = inflow;
        return received == null
                ? super.receive(into, offset, length)
                : received.read(into, offset, length);
    }

    @Override
    @Nullable UringWatch watch() {
        return watch;
    }

    @Override
    public void deferWrites(boolean on) {
        if (inflow != null) {
            super.deferWrites(on);
        }
    }

    @Override
    int peek() {
        var received = inflow;
        return received == null ? super.peek() : received.peek();
    }

    /// What a ring has received is with us, and not in the kernel's count.
    @Override
    boolean hasBytes() {
        var received = inflow;
        if (received != null && received.isArmed()) {
            return received.unread() > 0;
        }
        return super.hasBytes();
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
                    ensureMayWrite();
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
                default -> {
                    ensureOpen();
                    throw DescriptorErrors.connect(-result, to);
                }
            }
        }
    }

    @Override
    boolean standsAlone() {
        return true;
    }

    @Override
    void endConnection() {
        if (isLeftToRing()) {
            return;
        }
        var received = inflow;
        boolean hasUnread = received != null && received.unread() > 0;
        if (breaksOff || hasUnread || Sockets.available(descriptor) > 0) {
            Sockets.disconnect(descriptor); // as close(2) does with what nobody reads
        } else {
            Sockets.shutdown(descriptor, Sockets.SHUT_RDWR);
        }
    }

    /// A ring holds what it receives from, whatever the number stands for; and what is deferred is
    /// sent before the end, by the last user.
    @Override
    void vacate() {
        if (inflow != null) {
            if (hasSentAll()) {
                endConnection();
            }
            return;
        }
        forgetLinger();
        super.vacate();
    }

    /// Else close(2) would sleep until all is sent, which it is without that too.
    private void forgetLinger() {
        if (lingers) {
            KernelOption.noLinger(descriptor);
        }
    }

    @Override
    void release() {
        forgetLinger();
        var received = inflow;
        if (received != null && received.unread() > 0) { // else the peer would take it for an end
            KernelOption.breakOff(descriptor);
        }
        if (!finishWrites()) {
            breaksOff = true;
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
        throw new SocketException("This socket was not opened to listen");
    }

    @Override
    public Endpoint accept(long deadline) throws IOException {
        throw new SocketException("This socket does not listen");
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
        shutdownWrites();
    }

    @Override
    public void sendUrgent(int data) throws IOException {
        beginWrite("an urgent write");
        try {
            awaitSent(Endpoint.NEVER);
            beforeWrite();
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
            push();
            if (option == StandardSocketOptions.TCP_NODELAY && isLeftToWrite(value)) {
                return;
            }
            KernelOption.of(option, false).set(descriptor, ipv6, value);
            if (option == StandardSocketOptions.SO_LINGER) {
                lingers = (Integer) value > 0;
                breaksOff = (Integer) value == 0;
            }
        } finally {
            endCall();
        }
    }

    /// Whether the write after the first sets `TCP_NODELAY`: a small one that finds another on its
    /// way is what the option is about, and many connections have none. Linux looks at small ones
    /// alone (`tcp_minshall_check`).
    private synchronized boolean isLeftToWrite(Object noDelay) {
        isNoDelayDue =
                Boolean.TRUE.equals(noDelay) && !hasWritten && Platform.CURRENT == Platform.LINUX;
        if (isNoDelayDue && hasWritten) { // by now, and perhaps without a look at it
            isNoDelayDue = false;
        }
        return isNoDelayDue;
    }

    private synchronized void setDueNoDelay() {
        if (isNoDelayDue) {
            isNoDelayDue = false;
            KernelOption.noDelay(descriptor);
        }
    }

    @Override
    void beforeWrite() {
        if (!hasWritten) {
            hasWritten = true;
        } else if (isNoDelayDue) {
            setDueNoDelay();
        }
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        beginCall();
        try {
            if (isNoDelayOfPath(option)) {
                return option.type().cast(true);
            }
            if (option == StandardSocketOptions.TCP_NODELAY && isNoDelayDue) {
                return option.type().cast(true);
            }
            return option.type().cast(KernelOption.of(option, false).get(descriptor, ipv6));
        } finally {
            endCall();
        }
    }

    /// Servers set it on whatever they accept; on a path nothing is ever delayed, and the kernel
    /// has no such option.
    private boolean isNoDelayOfPath(SocketOption<?> option) {
        return local && option == StandardSocketOptions.TCP_NODELAY;
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return KernelOption.supported(false);
    }

    @Override
    public InetSocketAddress localAddress() throws IOException {
        beginCall();
        try {
            var address = Sockets.localAddress(descriptor);
            ensureOpen(); // else it is that of nothing
            return address;
        } finally {
            endCall();
        }
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    /// For error messages and dumps: the descriptor and its peer.
    @Override
    public String toString() {
        if (local) {
            return "Unix socket " + descriptor;
        }
        var peer = remote;
        if (peer != DescriptorErrors.NOWHERE) {
            return "socket " + descriptor + " to " + peer;
        }
        return "socket " + descriptor;
    }
}
