// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Errno;
import io.eventlet.os.Sockets;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.util.Set;

/// A listener of the kernel, for TCP or on a path.
final class DescriptorListener extends PolledDescriptor implements ListeningEndpoint {
    /*
     * Several pollers share a listener, each by a descriptor of its own. One that waits is in its
     * poller's set for as long as it waits, exclusively: so a connection wakes one of those who
     * take it, goes on to the next if that one is not asleep, and is seen at once by whoever comes
     * to wait while it is there. Who has no room, or computes, keeps nobody waiting.
     */
    private final Sockets.Listener kind;
    private volatile boolean shared; // with listeners on other pollers

    DescriptorListener(ReadinessPoller poller, int descriptor, Sockets.Listener kind) {
        super(poller, descriptor);
        this.kind = kind;
    }

    private boolean isIpv6() {
        return kind == Sockets.Listener.IPV6;
    }

    private boolean isOnPath() {
        return kind == Sockets.Listener.PATH;
    }

    @Override
    public void bind(InetAddress address, int port) throws IOException {
        beginWrite("a bind");
        try {
            DescriptorErrors.ensureBound(
                    Sockets.bind(descriptor, isIpv6(), address, port), address, port);
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
    public Endpoint acceptingOn(Network network) throws IOException {
        if (network == poller() || !(network instanceof ReadinessPoller other)) {
            return this;
        }
        beginCall();
        try {
            int twin = DescriptorErrors.ensure(Sockets.duplicate(descriptor), "share a listener");
            var endpoint = new DescriptorListener(other, twin, kind);
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
                    var endpoint = opened(accepted);
                    yieldAfterAccept();
                    return endpoint;
                }
                if (accepted.descriptor() != -Errno.ECONNABORTED) {
                    ensureAgain(accepted.descriptor(), "accept");
                    ensureMayWait(outcome, "Accept timed out");
                    outcome = awaitInput(deadline);
                    if (shared) { // the next that comes is for those who wait
                        boolean ignored = poller().deregister(this);
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

    private Endpoint opened(Sockets.Accepted accepted) {
        try {
            return OpenSockets.opened(
                    DescriptorEndpoint.ofAccepted(poller(), accepted, isIpv6(), isOnPath()));
        } catch (Throwable e) { // no memory
            Sockets.close(accepted.descriptor());
            throw e;
        }
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        beginCall();
        try {
            KernelOption.of(option, true).set(descriptor, isIpv6(), value);
        } finally {
            endCall();
        }
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        beginCall();
        try {
            return option.type().cast(KernelOption.of(option, true).get(descriptor, isIpv6()));
        } finally {
            endCall();
        }
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return KernelOption.supported(true);
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
        return DescriptorErrors.NOWHERE;
    }

    /// For error messages and dumps: the descriptor and where it listens.
    @Override
    public String toString() {
        return isOnPath() ? "Unix socket " + descriptor : "socket " + descriptor + at();
    }

    private String at() {
        try {
            return " at " + localAddress();
        } catch (IOException e) { // it is closed
            return "";
        }
    }
}
