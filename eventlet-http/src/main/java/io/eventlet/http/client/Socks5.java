// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/// Asks a SOCKS server for a connection (RFC 1928, and RFC 1929 for a user's password).
final class Socks5 {
    private static final int VERSION = 5;
    private static final int NO_AUTHENTICATION = 0;
    private static final int PASSWORD = 2;
    private static final int CONNECT = 1;
    private static final int IPV4 = 1;
    private static final int NAME = 3;
    private static final int IPV6 = 4;
    private static final int LONGEST = 255;

    private final ProxyServer proxy;
    private final TimedSocket socket;

    Socks5(ProxyServer proxy, TimedSocket socket) {
        this.proxy = proxy;
        this.socket = socket;
    }

    /// Connects to an address, or to a host by its name if there is none.
    void connect(String host, int port, @Nullable InetAddress address) throws IOException {
        greet();
        var request = new ByteArrayOutputStream();
        request.write(VERSION);
        request.write(CONNECT);
        request.write(0);
        if (address == null) {
            request.write(NAME);
            writeText(request, host);
        } else {
            byte[] bytes = address.getAddress();
            request.write(bytes.length == 4 ? IPV4 : IPV6);
            request.writeBytes(bytes);
        }
        request.write(port >> 8);
        request.write(port);
        send(request);
        readReply(host, port);
    }

    private void greet() throws IOException {
        var user = proxy.user;
        send(
                user == null
                        ? bytes(VERSION, 1, NO_AUTHENTICATION)
                        : bytes(VERSION, 2, NO_AUTHENTICATION, PASSWORD));
        byte[] choice = receive(2);
        if (choice[0] != VERSION) {
            throw new IOException(proxy + " does not speak SOCKS5");
        }
        if (choice[1] == PASSWORD && user != null) {
            var login = bytes(1);
            writeText(login, user);
            writeText(login, java.util.Objects.requireNonNull(proxy.password));
            send(login);
            if (receive(2)[1] != 0) {
                throw new IOException(proxy + " does not accept user and password");
            }
        } else if (choice[1] != NO_AUTHENTICATION) {
            throw new IOException(proxy + " wants another authentication than it was offered");
        }
    }

    private void readReply(String host, int port) throws IOException {
        byte[] reply = receive(4);
        if (reply[0] != VERSION || reply[1] != 0) {
            throw new IOException(
                    "%s does not connect to %s:%d: %s"
                            .formatted(proxy, host, port, meaning(reply[1])));
        }
        int length =
                switch (reply[3]) {
                    case IPV4 -> 4;
                    case IPV6 -> 16;
                    case NAME -> receive(1)[0] & 0xff;
                    default -> throw new IOException(proxy + " answers with an unknown address");
                };
        byte[] _ = receive(length + 2);
    }

    private static String meaning(int code) {
        return switch (code) {
            case 1 -> "general failure";
            case 2 -> "not allowed";
            case 3 -> "network unreachable";
            case 4 -> "host unreachable";
            case 5 -> "connection refused";
            case 6 -> "time to live expired";
            case 7 -> "command not supported";
            case 8 -> "type of address not supported";
            default -> "error " + (code & 0xff);
        };
    }

    private static void writeText(ByteArrayOutputStream to, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > LONGEST) {
            throw new IOException("SOCKS5 has no room for %d bytes".formatted(bytes.length));
        }
        to.write(bytes.length);
        to.writeBytes(bytes);
    }

    private static ByteArrayOutputStream bytes(int... values) {
        var bytes = new ByteArrayOutputStream();
        for (int value : values) {
            bytes.write(value);
        }
        return bytes;
    }

    private void send(ByteArrayOutputStream bytes) throws IOException {
        socket.write(bytes.toByteArray(), 0, bytes.size());
    }

    private byte[] receive(int length) throws IOException {
        var bytes = new byte[length];
        for (int read = 0; read < length; ) {
            int n = socket.read(bytes, read, length - read);
            if (n < 0) {
                throw new EOFException(proxy + " closed the connection");
            }
            read += n;
        }
        return bytes;
    }
}
