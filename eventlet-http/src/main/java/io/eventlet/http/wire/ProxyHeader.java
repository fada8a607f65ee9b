// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import io.eventlet.http.BadMessage;
import io.eventlet.http.syntax.Bytes;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// What a proxy says of its client in front of all else: the PROXY protocol, versions 1 and 2
/// (haproxy's proxy-protocol.txt).
public final class ProxyHeader {
    private static final int BAD_REQUEST = 400;
    private static final int LONGEST_LINE = 105; // version 1, without its line end
    private static final byte[] SIGNATURE = {
        '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
    };
    private static final int FIXED = 16; // of version 2
    private static final int MOST = 4096;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;

    private ProxyHeader() {}

    /// Takes the header off the input: who the client is, null if the proxy speaks for itself or
    /// does not know. Throws [BadMessage] if there is no header.
    public static @Nullable InetSocketAddress read(Input in) throws IOException {
        need(in, 0);
        return in.at(0) == 'P' ? readText(in) : readBinary(in);
    }

    private static void need(Input in, int offset) throws IOException {
        if (!in.has(offset)) {
            throw new EOFException("the connection ended within the header of a proxy");
        }
    }

    private static @Nullable InetSocketAddress readText(Input in) throws IOException {
        int end =
                new FieldReader(in, Limits.DEFAULT)
                        .lineEnd(0, LONGEST_LINE, BAD_REQUEST, "the header of a proxy");
        var line = Bytes.text(in.buffer, in.position, in.position + end);
        in.skip(end + 2);
        var words = line.split(" ", -1);
        if (words.length >= 2 && words[0].equals("PROXY") && words[1].equals("UNKNOWN")) {
            return null;
        }
        if (words.length != 6 || !words[0].equals("PROXY") || !isAddress(words[1], words[2])) {
            throw broken();
        }
        return new InetSocketAddress(InetAddress.ofLiteral(words[2]), port(words[4]));
    }

    private static boolean isAddress(String family, String text) {
        return switch (family) {
            case "TCP4" -> Authority.isIpv4(text);
            case "TCP6" -> Authority.isIpv6(text);
            default -> false;
        };
    }

    private static int port(String text) throws BadMessage {
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 0xffff) {
            throw broken();
        }
        return Integer.parseInt(text);
    }

    private static @Nullable InetSocketAddress readBinary(Input in) throws IOException {
        for (int i = 0; i < SIGNATURE.length; i++) {
            need(in, i);
            if (in.at(i) != SIGNATURE[i]) {
                throw broken();
            }
        }
        need(in, FIXED - 1);
        int command = in.at(12) & 0xff;
        int family = in.at(13) & 0xff;
        int length = ((in.at(14) & 0xff) << 8) | (in.at(15) & 0xff);
        if (command >> 4 != 2 || (command & 0xf) > 1 || length > MOST) {
            throw broken();
        }
        need(in, FIXED + length - 1);
        InetSocketAddress client = null;
        if ((command & 0xf) == 1 && (family == TCP4 || family == TCP6)) {
            client = address(in, family == TCP4 ? 4 : 16, length);
        }
        in.skip(FIXED + length);
        return client;
    }

    private static InetSocketAddress address(Input in, int size, int length) throws IOException {
        if (length < 2 * size + 4) {
            throw broken();
        }
        var bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = in.at(FIXED + i);
        }
        int at = FIXED + 2 * size;
        int port = ((in.at(at) & 0xff) << 8) | (in.at(at + 1) & 0xff);
        return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
    }

    private static BadMessage broken() {
        return new BadMessage(BAD_REQUEST, "not the header of a proxy");
    }
}
