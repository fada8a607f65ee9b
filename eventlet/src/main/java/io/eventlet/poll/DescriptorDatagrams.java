// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Datagrams;
import io.eventlet.os.Errno;
import io.eventlet.os.Sockets;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketOption;
import java.util.Objects;
import java.util.Set;

/// A UDP socket of the kernel.
final class DescriptorDatagrams extends PolledDescriptor implements DatagramEndpoint {
    private final boolean ipv6;
    private volatile @Nullable InetSocketAddress remote;
    private @Nullable InetSocketAddress
            before; // where it was bound when it was connected; the writer

    DescriptorDatagrams(ReadinessPoller poller, int descriptor, boolean ipv6) {
        super(poller, descriptor);
        this.ipv6 = ipv6;
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

    /// What others have sent before is thrown away, as the JDK does.
    @Override
    public void connect(InetSocketAddress to) throws IOException {
        beginWrite("a connect");
        try {
            before = Sockets.localAddress(descriptor);
            int result = Sockets.connect(descriptor, ipv6, to.getAddress(), to.getPort());
            if (result < 0) {
                throw DescriptorErrors.connect(-result, to);
            }
            remote = to;
            var nothing = new byte[1];
            while (Sockets.recv(descriptor, nothing, 0, 1) >= 0) {}
        } finally {
            endWrite();
        }
    }

    /// Keeps the port, which the kernel forgets if it has chosen it.
    @Override
    public void disconnect() throws IOException {
        beginWrite("a disconnect");
        try {
            DescriptorErrors.ensure(Datagrams.disconnect(descriptor), "disconnect");
            remote = null;
            if (before != null && Sockets.localAddress(descriptor).getPort() != before.getPort()) {
                var address = before.getAddress();
                int port = before.getPort();
                DescriptorErrors.ensureBound(
                        Sockets.bind(descriptor, ipv6, address, port), address, port);
            }
        } finally {
            endWrite();
        }
    }

    @Override
    public void receive(DatagramPacket into, long deadline) throws IOException {
        beginRead("a receive");
        try {
            var outcome = Parking.Outcome.UNPARKED;
            while (true) {
                var received =
                        Datagrams.receive(
                                descriptor, into.getData(), into.getOffset(), PacketRoom.of(into));
                if (received.length() >= 0) {
                    PacketRoom.fill(into, received.length());
                    into.setSocketAddress(received.from());
                    yieldAfterStreak();
                    return;
                }
                ensureAgain(received.length(), "receive");
                ensureMayWait(outcome, "Receive timed out");
                outcome = awaitInput(deadline);
            }
        } finally {
            endRead();
        }
    }

    @Override
    public void send(
            byte[] from, int offset, int length, @Nullable InetSocketAddress to, long deadline)
            throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        beginWrite("a send");
        try {
            var outcome = Parking.Outcome.UNPARKED;
            while (true) {
                int n =
                        to == null
                                ? Sockets.send(descriptor, from, offset, length)
                                : Datagrams.send(descriptor, ipv6, from, offset, length, to);
                if (n >= 0) {
                    yieldAfterStreak();
                    return;
                }
                ensureAgain(n, "send");
                ensureMayWait(outcome, "Send timed out");
                outcome = awaitOutput(deadline);
            }
        } finally {
            endWrite();
        }
    }

    @Override
    void ensureAgain(int result, String operation) throws SocketException {
        if (result == -Errno.ECONNREFUSED) { // an ICMP message, once for each
            throw new PortUnreachableException();
        }
        super.ensureAgain(result, operation);
    }

    @Override
    public void join(InetAddress group, @Nullable NetworkInterface on) throws IOException {
        changeMembership(group, on, true);
    }

    @Override
    public void leave(InetAddress group, @Nullable NetworkInterface on) throws IOException {
        changeMembership(group, on, false);
    }

    private void changeMembership(InetAddress group, @Nullable NetworkInterface on, boolean join)
            throws SocketException {
        beginCall();
        try {
            int index = on == null ? 0 : on.getIndex();
            DescriptorErrors.ensure(
                    Datagrams.changeMembership(descriptor, group, index, join),
                    (join ? "join " : "leave ") + group);
        } finally {
            endCall();
        }
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        beginCall();
        try {
            DatagramOptions.set(descriptor, ipv6, option, value);
        } finally {
            endCall();
        }
    }

    @Override
    public <T> @Nullable T getOption(SocketOption<T> option) throws IOException {
        beginCall();
        try {
            return option.type().cast(DatagramOptions.get(descriptor, ipv6, option));
        } finally {
            endCall();
        }
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return DatagramOptions.SUPPORTED;
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

    /// For error messages and dumps.
    @Override
    public String toString() {
        var peer = remote;
        if (peer != null) {
            return "datagram socket " + descriptor + " to " + peer;
        }
        try {
            return "datagram socket " + descriptor + " at " + localAddress();
        } catch (IOException e) { // it is closed
            return "datagram socket " + descriptor;
        }
    }
}
