// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

/// The systems whose numbers are known here.
public enum Platform {
    LINUX,
    MACOS,
    FREEBSD;

    /// That of this JVM; Linux for others, where nothing of this package is called.
    public static final Platform CURRENT = of(System.getProperty("os.name", ""));

    static Platform of(String name) {
        if (name.startsWith("Mac")) {
            return MACOS;
        }
        return name.equals("FreeBSD") ? FREEBSD : LINUX;
    }

    /// Whether addresses of sockets begin with their length, and the numbers are those of BSD.
    public boolean isBsd() {
        return this != LINUX;
    }
}
