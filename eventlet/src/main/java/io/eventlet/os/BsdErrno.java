// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

/// Error numbers of macOS and FreeBSD, as those of Linux that mean the same.
final class BsdErrno {
    /// What is added to those that Linux has no number for.
    static final int OTHERS = 10_000;

    /// Pairs: theirs, that of Linux. Numbers up to 34 but for 11 are the same.
    private static final int[] COMMON = {
        11, 35, // EDEADLK
        35, Errno.EAGAIN,
        36, Errno.EINPROGRESS,
        37, Errno.EALREADY,
        38, 88, // ENOTSOCK
        39, 89, // EDESTADDRREQ
        40, 90, // EMSGSIZE
        41, 91, // EPROTOTYPE
        42, Errno.ENOPROTOOPT,
        43, 93, // EPROTONOSUPPORT
        44, 94, // ESOCKTNOSUPPORT
        45, 95, // EOPNOTSUPP, and ENOTSUP of macOS
        46, 96, // EPFNOSUPPORT
        47, Errno.EAFNOSUPPORT,
        48, Errno.EADDRINUSE,
        49, Errno.EADDRNOTAVAIL,
        50, 100, // ENETDOWN
        51, Errno.ENETUNREACH,
        52, 102, // ENETRESET
        53, Errno.ECONNABORTED,
        54, Errno.ECONNRESET,
        55, Errno.ENOBUFS,
        56, Errno.EISCONN,
        57, Errno.ENOTCONN,
        58, 108, // ESHUTDOWN
        60, Errno.ETIMEDOUT,
        61, Errno.ECONNREFUSED,
        62, 40, // ELOOP
        63, 36, // ENAMETOOLONG
        64, 112, // EHOSTDOWN
        65, Errno.EHOSTUNREACH,
        66, 39, // ENOTEMPTY
        69, 122, // EDQUOT
        77, 37, // ENOLCK
        78, Errno.ENOSYS,
    };

    private static final int EPROTO_OF_MACOS = 100;
    private static final int EPROTO_OF_FREEBSD = 92;
    private static final int LAST_SAME = 34;

    private BsdErrno() {}

    /// The number of Linux for one of a system.
    static int toLinux(Platform platform, int number) {
        if (!platform.isBsd()) {
            return number;
        }
        if (number == protocol(platform)) {
            return Errno.EPROTO;
        }
        for (int i = 0; i < COMMON.length; i += 2) {
            if (COMMON[i] == number) {
                return COMMON[i + 1];
            }
        }
        return number <= LAST_SAME ? number : number + OTHERS;
    }

    /// The number of a system for one of Linux.
    static int ofLinux(Platform platform, int number) {
        if (!platform.isBsd()) {
            return number;
        }
        if (number == Errno.EPROTO) {
            return protocol(platform);
        }
        for (int i = 0; i < COMMON.length; i += 2) {
            if (COMMON[i + 1] == number) {
                return COMMON[i];
            }
        }
        return number > OTHERS ? number - OTHERS : number;
    }

    private static int protocol(Platform platform) {
        return platform == Platform.MACOS ? EPROTO_OF_MACOS : EPROTO_OF_FREEBSD;
    }
}
