// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;

/// Addresses that are written as such. None of this looks up a name.
final class Literals {
    private Literals() {}

    /// The address that is written; null if it is none.
    static @Nullable InetAddress parse(String written) {
        char first = written.isEmpty() ? ' ' : written.charAt(0);
        if (Character.digit(first, 16) < 0 && first != ':' && first != '[') {
            return null; // most names, without an exception
        }
        try {
            return InetAddress.ofLiteral(written);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
