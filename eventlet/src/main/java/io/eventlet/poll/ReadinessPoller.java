// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.errors.PollerClosed;
import io.eventlet.os.Datagrams;
import io.eventlet.os.Errno;
import io.eventlet.os.Pipes;
import io.eventlet.os.Sockets;
import io.eventlet.os.UnixSockets;
import io.eventlet.os.VacantDescriptor;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// A poller of a kernel that tells which descriptors are ready, by a [DescriptorSet].
///
/// A descriptor is registered once, for both directions, when a thread first has to wait for it.
final class ReadinessPoller implements Poller, DescriptorSet.Listener {
    /// As for the sockets of the JDK.
    private static final boolean IPV6 =
            !Boolean.getBoolean("java.net.preferIPv4Stack") && Sockets.supportsIpv6();

    /*
     * The kernel reuses the number of a closed descriptor at once, and an event of the old owner
     * may still be under way. So an event carries the number and the generation of its
     * registration, and only the endpoint with that very registration hears of it. Those that are
     * not ours have generation 0.
     */
    private final ReentrantLock lock = new ReentrantLock();
    private volatile AtomicReferenceArray<@Nullable PolledDescriptor> endpoints =
            new AtomicReferenceArray<>(64); // replaced under lock
    private int generations; // guarded by lock
    private volatile boolean closed; // written under lock

    static {
        ForeignDescriptor.load();
        int ignored = VacantDescriptor.prepare(); // while there are descriptors
    }

    final Parking parking;
    private final DescriptorSet set;
    private final boolean tellsExceptions;
    private final Supplier<Network> ofCaller;

    /// `ofCaller` says which network polls for the calling thread.
    ReadinessPoller(DescriptorSet set, Parking parking, Supplier<Network> ofCaller) {
        this.set = set;
        tellsExceptions = set.tellsExceptions();
        this.parking = parking;
        this.ofCaller = ofCaller;
    }

    @Override
    public String name() {
        return set.name();
    }

    /// As of its set: whether a descriptor hears of what is exceptional.
    boolean tellsExceptions() {
        return tellsExceptions;
    }

    /// Whether its set receives for streams.
    boolean receives() {
        return set instanceof UringSet;
    }

    /// Whether its set receives for streams, and the calling thread is the one that has it do so.
    boolean receivesForCaller() {
        return set instanceof UringSet in && in.isLoop();
    }

    /// As of its set, for a descriptor that is not ours.
    int arm(int descriptor, boolean readable, boolean writable) {
        return set.arm(descriptor, readable, writable);
    }

    @Override
    public void poll(long nanos) {
        set.await(nanos, this);
    }

    @Override
    public void wakeup() {
        set.wakeup();
    }

    @Override
    public Endpoint open() throws IOException {
        return OpenSockets.opened(new DescriptorEndpoint(this, openSocket(), IPV6));
    }

    /// With `SO_REUSEADDR`, as listeners of the JDK have on Unix.
    @Override
    public Endpoint openListener() throws IOException {
        var kind = IPV6 ? Sockets.Listener.IPV6 : Sockets.Listener.IPV4;
        var listener = OpenSockets.opened(new DescriptorListener(this, openSocket(), kind));
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        } catch (Throwable e) {
            listener.close();
            throw e;
        }
        return listener;
    }

    @Override
    public DatagramEndpoint openDatagrams() throws IOException {
        ensureOpen("a socket");
        int descriptor = DescriptorErrors.ensure(Datagrams.open(IPV6), "open a socket");
        return OpenSockets.opened(new DescriptorDatagrams(this, descriptor, IPV6));
    }

    @Override
    public UnixEndpoint openUnix(boolean listener) throws IOException {
        ensureOpen("a socket");
        int descriptor = DescriptorErrors.ensure(UnixSockets.open(), "open a socket");
        return OpenSockets.opened(new DescriptorUnix(this, descriptor));
    }

    @Override
    public Endpoint listenOnPath(UnixDomainSocketAddress at, int backlog) throws IOException {
        ensureOpen("a socket");
        int descriptor = DescriptorErrors.ensure(UnixSockets.open(), "open a socket");
        var listener = new DescriptorUnix(this, descriptor);
        try {
            listener.listen(at, backlog);
            int own = DescriptorErrors.ensure(Sockets.duplicate(descriptor), "listen");
            return OpenSockets.opened(new DescriptorListener(this, own, Sockets.Listener.PATH));
        } finally {
            listener.close();
        }
    }

    @Override
    public Endpoint adoptListener(int descriptor) throws IOException {
        ensureOpen("a socket");
        var kind = Sockets.listener(descriptor);
        if (kind == null) {
            throw new SocketException("The descriptor %d does not listen".formatted(descriptor));
        }
        DescriptorErrors.ensure(Sockets.adopt(descriptor), "take over a listener");
        return OpenSockets.opened(new DescriptorListener(this, descriptor, kind));
    }

    @Override
    public UnixEndpoint.Pair openPair() throws IOException {
        ensureOpen("a socket");
        var both = new int[2];
        DescriptorErrors.ensure(UnixSockets.pair(both), "open a pair of sockets");
        return new UnixEndpoint.Pair(
                OpenSockets.opened(new DescriptorUnix(this, both[0])),
                OpenSockets.opened(new DescriptorUnix(this, both[1])));
    }

    @Override
    public PipeEnds openPipe() throws IOException {
        ensureOpen("a pipe");
        var both = new int[2];
        DescriptorErrors.ensure(Pipes.open(both), "open a pipe");
        return new PipeEnds(
                OpenSockets.opened(new DescriptorPipe(this, both[0])),
                OpenSockets.opened(new DescriptorPipe(this, both[1])));
    }

    private int openSocket() throws SocketException {
        ensureOpen("a socket");
        return DescriptorErrors.ensure(Sockets.open(IPV6), "open a socket");
    }

    @Override
    public boolean isOfSystem() {
        return true;
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    /// Who polls for the calling thread; this if that is nobody of the same kind.
    ReadinessPoller ofCaller() {
        return ofCaller.get() instanceof ReadinessPoller other ? other : this;
    }

    /// Fails when nobody polls any more.
    private void ensureOpen(Object endpoint) throws SocketException {
        if (closed) {
            throw new PollerClosed("Cannot wait for " + endpoint + ": its hub has been closed");
        }
    }

    void register(PolledDescriptor endpoint) throws SocketException {
        int descriptor = endpoint.descriptor;
        lock.lock();
        try {
            ensureOpen(endpoint);
            var known = endpoints;
            if (descriptor >= known.length()) {
                endpoints = known = grown(known, descriptor);
            }
            generations = generations == -1 ? 1 : generations + 1;
            endpoint.generation = generations;
            known.set(descriptor, endpoint);
            int result = endpoint.addTo(set, (long) endpoint.generation << 32 | descriptor);
            if (result < 0) {
                known.set(descriptor, null);
                throw new SocketException(
                        "Cannot wait for " + endpoint + ": " + Errno.message(-result));
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes a descriptor out, before it is closed. Whether the kernel holds it open then for a
    /// while.
    boolean deregister(PolledDescriptor endpoint) {
        return deregister(endpoint, false);
    }

    /// As [#deregister], where the descriptor is closed next and stands alone for what it is.
    boolean deregisterBeforeClose(PolledDescriptor endpoint) {
        return deregister(endpoint, true);
    }

    private boolean deregister(PolledDescriptor endpoint, boolean closes) {
        int descriptor = endpoint.descriptor;
        lock.lock();
        try {
            if (endpoints.compareAndExchange(descriptor, endpoint, null) != endpoint || closed) {
                return false;
            }
            int result = closes ? set.removeBeforeClose(descriptor) : set.remove(descriptor);
            return result == DescriptorSet.HELD;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Opened> watched() {
        var known = endpoints;
        var all = new ArrayList<Opened>();
        for (int i = 0; i < known.length(); i++) {
            var endpoint = known.get(i);
            if (endpoint != null) {
                all.add(endpoint);
            }
        }
        return all;
    }

    /// Hands an event to the endpoint of its registration, if that still exists.
    @Override
    public void onReady(long token, boolean readable, boolean writable, boolean exceptional) {
        int descriptor = (int) token;
        int generation = (int) (token >> 32);
        if (generation == 0) {
            var foreign = ForeignDescriptor.known(descriptor);
            if (foreign != null) {
                foreign.onReady(this);
            }
            return;
        }
        var endpoint = endpoints.get(descriptor);
        if (endpoint != null && endpoint.generation == generation) {
            endpoint.onReady(readable, writable, exceptional);
        }
    }

    /// Ends the waits of all endpoints: they find that nobody polls. If that fails, without memory,
    /// it may be called again.
    @Override
    public void close() {
        try {
            closeSet();
        } finally {
            wakeAll();
        }
    }

    private void closeSet() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                set.close();
            }
        } finally {
            lock.unlock();
        }
    }

    private void wakeAll() {
        var known = endpoints;
        for (int i = 0; i < known.length(); i++) {
            var endpoint = known.get(i);
            if (endpoint != null) {
                endpoint.wakeUsers();
            }
        }
        ForeignDescriptor.onClose(this);
    }

    private static AtomicReferenceArray<@Nullable PolledDescriptor> grown(
            AtomicReferenceArray<@Nullable PolledDescriptor> known, int descriptor) {
        var grown =
                new AtomicReferenceArray<@Nullable PolledDescriptor>(
                        Math.max(descriptor + 1, known.length() * 2));
        for (int i = 0; i < known.length(); i++) {
            grown.setPlain(i, known.get(i));
        }
        return grown;
    }
}
