// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.errors.TooManyOpenFiles;
import io.eventlet.os.Errno;

import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;

/// The exceptions of java.net for the error numbers of the kernel.
final class DescriptorErrors {
    /// The remote address of what is not connected.
    static final InetSocketAddress NOWHERE = new InetSocketAddress(0);

    private DescriptorErrors() {}

    static int ensure(int result, String operation) throws SocketException {
        if (result < 0) {
            throw failed(-result, operation);
        }
        return result;
    }

    /// Returns if the call is to be made again, perhaps after a wait.
    static void ensureAgain(int result, String operation) throws SocketException {
        if (result != -Errno.EAGAIN && result != -Errno.EINTR) {
            throw failed(-result, operation);
        }
    }

    static void ensureBound(int result, InetAddress address, int port) throws SocketException {
        if (result < 0) {
            String where = new InetSocketAddress(address, port).toString();
            throw switch (-result) {
                case Errno.EADDRINUSE, Errno.EADDRNOTAVAIL, Errno.EACCES ->
                        new BindException(Errno.message(-result) + ": " + where);
                default -> failed(-result, "bind to " + where);
            };
        }
    }

    static SocketException connect(int errno, InetSocketAddress to) {
        String message = Errno.message(errno) + ": " + to;
        return switch (errno) {
            case Errno.EBADF -> closed();
            case Errno.ECONNREFUSED, Errno.ETIMEDOUT, Errno.ECONNRESET ->
                    new ConnectException(message);
            case Errno.EHOSTUNREACH, Errno.ENETUNREACH -> new NoRouteToHostException(message);
            case Errno.EADDRNOTAVAIL -> new NoRouteToHostException(message);
            default -> new SocketException(message);
        };
    }

    static SocketException failed(int errno, String operation) {
        return switch (errno) {
            case Errno.ECONNRESET -> new SocketException("Connection reset by peer");
            case Errno.EPIPE -> new SocketException("Broken pipe");
            case Errno.EBADF -> closed();
            case Errno.EMFILE, Errno.ENFILE -> new TooManyOpenFiles(Errno.message(errno));
            default -> new SocketException(Errno.message(errno) + " (" + operation + ")");
        };
    }

    /// A number of ours is bad only once something else was put in its place: by a close while it
    /// was in use.
    private static SocketException closed() {
        return new SocketException("Socket closed");
    }
}
