// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import io.eventlet.poll.Endpoint;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.util.Objects;

/// The numbered options of `java.net.SocketOptions`, through which `Socket` sets its own.
final class OldOptions {
    private OldOptions() {}

    static void set(Endpoint endpoint, int id, @Nullable Object value) throws SocketException {
        try {
            switch (id) {
                case SocketOptions.SO_OOBINLINE -> {
                    if (Boolean.TRUE.equals(value)) {
                        throw new SocketException(
                                "A green socket does not receive urgent data in line");
                    }
                }
                case SocketOptions.SO_LINGER -> // false, or seconds
                        endpoint.setOption(
                                StandardSocketOptions.SO_LINGER,
                                value instanceof Integer seconds ? seconds : -1);
                default -> set(endpoint, named(id), value);
            }
        } catch (SocketException e) {
            throw e;
        } catch (IOException e) {
            throw new SocketException(e.getMessage(), e);
        }
    }

    private static <T> void set(Endpoint endpoint, SocketOption<T> option, @Nullable Object value)
            throws IOException {
        endpoint.setOption(option, option.type().cast(Objects.requireNonNull(value)));
    }

    static Object get(Endpoint endpoint, int id) throws SocketException {
        try {
            return switch (id) {
                case SocketOptions.SO_OOBINLINE -> false;
                case SocketOptions.SO_BINDADDR -> endpoint.localAddress().getAddress();
                case SocketOptions.SO_LINGER -> endpoint.getOption(StandardSocketOptions.SO_LINGER);
                default -> endpoint.getOption(named(id));
            };
        } catch (SocketException e) {
            throw e;
        } catch (IOException e) {
            throw new SocketException(e.getMessage(), e);
        }
    }

    private static SocketOption<?> named(int id) throws SocketException {
        return switch (id) {
            case SocketOptions.TCP_NODELAY -> StandardSocketOptions.TCP_NODELAY;
            case SocketOptions.SO_REUSEADDR -> StandardSocketOptions.SO_REUSEADDR;
            case SocketOptions.SO_REUSEPORT -> StandardSocketOptions.SO_REUSEPORT;
            case SocketOptions.SO_KEEPALIVE -> StandardSocketOptions.SO_KEEPALIVE;
            case SocketOptions.SO_SNDBUF -> StandardSocketOptions.SO_SNDBUF;
            case SocketOptions.SO_RCVBUF -> StandardSocketOptions.SO_RCVBUF;
            case SocketOptions.IP_TOS -> StandardSocketOptions.IP_TOS;
            default -> throw new SocketException("Unknown socket option number " + id);
        };
    }
}
