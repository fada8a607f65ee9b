// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Errno;
import io.eventlet.os.Sockets;
import io.eventlet.os.UnixSockets;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.Charset;

/// A Unix domain socket of the kernel, or a listener.
final class DescriptorUnix extends DescriptorStream implements UnixEndpoint {
    private static final int ENOENT = 2;

    /// A listener without room tells nobody when it has some: who connects looks again.
    private static final long LOOK_NANOS = 2_000_000;

    /// Of the names of files, as the JDK has it.
    private static final Charset NAMES =
            Charset.forName(
                    System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name()),
                    Charset.defaultCharset());

    private volatile @Nullable UnixDomainSocketAddress address; // it listens at, or connects to

    DescriptorUnix(ReadinessPoller poller, int descriptor) {
        super(poller, descriptor);
    }

    /// A read ends at a message that has descriptors with it, whatever follows.
    @Override
    boolean isEmptyAfterShortRead() {
        return false;
    }

    private static byte[] path(UnixDomainSocketAddress address) throws SocketException {
        byte[] path = address.getPath().toString().getBytes(NAMES);
        if (path.length == 0) {
            throw new SocketException("A Unix domain socket needs a path");
        }
        if (path.length > UnixSockets.MAX_PATH) {
            throw new SocketException(
                    "The path of a Unix domain socket has at most %d bytes, and this has %d: %s"
                            .formatted(UnixSockets.MAX_PATH, path.length, address));
        }
        return path;
    }

    @Override
    public void listen(UnixDomainSocketAddress at, int backlog) throws IOException {
        beginWrite("a listen");
        try {
            int result = UnixSockets.bind(descriptor, path(at));
            if (result < 0) {
                throw new BindException(Errno.message(-result) + ": " + at);
            }
            address = at;
            DescriptorErrors.ensure(Sockets.listen(descriptor, backlog), "listen");
        } finally {
            endWrite();
        }
    }

    @Override
    public UnixEndpoint accept() throws IOException {
        beginRead("an accept");
        try {
            var outcome = Parking.Outcome.UNPARKED;
            while (true) {
                int accepted = UnixSockets.accept(descriptor);
                if (accepted >= 0) {
                    var endpoint = OpenSockets.opened(new DescriptorUnix(poller(), accepted));
                    yieldAfterStreak();
                    return endpoint;
                }
                if (accepted != -Errno.ECONNABORTED) {
                    ensureAgain(accepted, "accept");
                    ensureMayWait(outcome, "Accept timed out");
                    outcome = awaitInput(NEVER);
                }
            }
        } finally {
            endRead();
        }
    }

    @Override
    public void connect(UnixDomainSocketAddress to) throws IOException {
        boolean connected = false;
        beginWrite("a connect");
        address = to; // so that dumps name it
        try {
            byte[] path = path(to);
            var parking = poller().parking;
            while (!connected) {
                int result = UnixSockets.connect(descriptor, path);
                switch (-result) {
                    case 0 -> connected = true;
                    case Errno.EAGAIN -> {
                        var outcome = parking.park(this, System.nanoTime() + LOOK_NANOS);
                        ensureOpen();
                        if (outcome == Parking.Outcome.CANCELLED) {
                            throw parking.raise();
                        }
                    }
                    case Errno.EINTR -> {}
                    case ENOENT, Errno.ECONNREFUSED ->
                            throw new ConnectException(Errno.message(-result) + ": " + to);
                    default -> throw new SocketException(Errno.message(-result) + ": " + to);
                }
            }
        } finally {
            endWrite();
            if (!connected) {
                close();
            }
        }
    }

    @Override
    public void awaitReadable() throws IOException {
        awaitReadable(NEVER);
    }

    @Override
    public boolean isPeerGone() throws IOException {
        if (!begin(READING)) {
            return false;
        }
        try {
            return isAtEnd();
        } finally {
            end(READING);
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
    public void shutdownInput() throws IOException {
        shutdown(Sockets.SHUT_RD, "shutdownInput");
    }

    @Override
    public void shutdownOutput() throws IOException {
        shutdown(Sockets.SHUT_WR, "shutdownOutput");
    }

    /// For error messages and dumps: the descriptor and its path, if it has one.
    @Override
    public String toString() {
        var known = address;
        return "Unix socket " + descriptor + (known == null ? "" : " " + known);
    }
}
