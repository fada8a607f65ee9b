// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What differs between systems, against what their headers say.
class PlatformTest {
    @Test
    void systemsAreKnownByTheNamesThatTheJdkGivesThem() {
        assertThat(Platform.of("Linux")).isEqualTo(Platform.LINUX);
        assertThat(Platform.of("Mac OS X")).isEqualTo(Platform.MACOS);
        assertThat(Platform.of("FreeBSD")).isEqualTo(Platform.FREEBSD);
    }

    /// From sys/socket.h, netinet/in.h, netinet6/in6.h, netinet/tcp.h, fcntl.h, sys/filio.h of
    /// macOS 14 and of FreeBSD 14, in the notation that those have.
    @ParameterizedTest
    @CsvSource({
        "AF_INET6, 30, 28",
        "SOL_SOCKET, 0xffff, 0xffff",
        "SO_REUSEADDR, 0x0004, 0x00000004",
        "SO_KEEPALIVE, 0x0008, 0x00000008",
        "SO_BROADCAST, 0x0020, 0x00000020",
        "SO_REUSEPORT, 0x0200, 0x00000200",
        "SO_LINGER, 0x1080, 0x00000080",
        "SO_SNDBUF, 0x1001, 0x1001",
        "SO_RCVBUF, 0x1002, 0x1002",
        "SO_ERROR, 0x1007, 0x1007",
        "SO_NOSIGPIPE, 0x1022, 0x00000800",
        "TCP_NODELAY, 0x01, 1",
        "TCP_KEEPIDLE, 0x10, 256",
        "TCP_KEEPINTVL, 0x101, 512",
        "TCP_KEEPCNT, 0x102, 1024",
        "TCP_INFO, 0x106, 32",
        "IP_TOS, 3, 3",
        "IP_MULTICAST_IF, 9, 9",
        "IP_MULTICAST_TTL, 10, 10",
        "IP_MULTICAST_LOOP, 11, 11",
        "IP_ADD_MEMBERSHIP, 12, 12",
        "IP_DROP_MEMBERSHIP, 13, 13",
        "IPV6_MULTICAST_IF, 9, 9",
        "IPV6_MULTICAST_HOPS, 10, 10",
        "IPV6_MULTICAST_LOOP, 11, 11",
        "IPV6_ADD_MEMBERSHIP, 12, 12",
        "IPV6_DROP_MEMBERSHIP, 13, 13",
        "IPV6_V6ONLY, 27, 27",
        "IPV6_TCLASS, 36, 61",
        "O_NONBLOCK, 0x00000004, 0x0004",
        "O_CLOEXEC, 0x01000000, 0x00100000",
        "F_DUPFD_CLOEXEC, 67, 17",
        "SOCK_NONBLOCK, 0, 0x20000000",
        "SOCK_CLOEXEC, 0, 0x10000000",
        "MSG_NOSIGNAL, 0, 0x00020000",
        "FIONREAD, 0x4004667f, 0x4004667f",
    })
    void numbersAreThoseOfTheHeaders(SocketNumber number, String macos, String freebsd) {
        assertThat(number.on(Platform.MACOS)).isEqualTo(Integer.decode(macos));
        assertThat(number.on(Platform.FREEBSD)).isEqualTo(Integer.decode(freebsd));
    }

    /// `_IOR('f', 127, int)`.
    @Test
    void theRequestForReadableBytesIsMadeAsTheMacroMakesIt() {
        int made = 0x4000_0000 | (4 & 0x1fff) << 16 | 'f' << 8 | 127;

        assertThat(SocketNumber.FIONREAD.on(Platform.MACOS)).isEqualTo(made);
        assertThat(SocketNumber.FIONREAD.on(Platform.FREEBSD)).isEqualTo(made);
    }

    /// From sys/errno.h of both; the last number is that of Linux.
    @ParameterizedTest
    @CsvSource({
        "2, 2, 2", // ENOENT
        "4, 4, 4", // EINTR
        "9, 9, 9", // EBADF
        "22, 22, 22", // EINVAL
        "24, 24, 24", // EMFILE
        "32, 32, 32", // EPIPE
        "11, 11, 35", // EDEADLK
        "35, 35, 11", // EAGAIN
        "36, 36, 115", // EINPROGRESS
        "37, 37, 114", // EALREADY
        "42, 42, 92", // ENOPROTOOPT
        "47, 47, 97", // EAFNOSUPPORT
        "48, 48, 98", // EADDRINUSE
        "49, 49, 99", // EADDRNOTAVAIL
        "51, 51, 101", // ENETUNREACH
        "53, 53, 103", // ECONNABORTED
        "54, 54, 104", // ECONNRESET
        "55, 55, 105", // ENOBUFS
        "56, 56, 106", // EISCONN
        "57, 57, 107", // ENOTCONN
        "60, 60, 110", // ETIMEDOUT
        "61, 61, 111", // ECONNREFUSED
        "65, 65, 113", // EHOSTUNREACH
        "78, 78, 38", // ENOSYS
        "100, 92, 71", // EPROTO
    })
    void errorNumbersMeanTheSame(int macos, int freebsd, int linux) {
        assertThat(BsdErrno.toLinux(Platform.MACOS, macos)).isEqualTo(linux);
        assertThat(BsdErrno.toLinux(Platform.FREEBSD, freebsd)).isEqualTo(linux);
        assertThat(BsdErrno.ofLinux(Platform.MACOS, linux)).isEqualTo(macos);
        assertThat(BsdErrno.ofLinux(Platform.FREEBSD, linux)).isEqualTo(freebsd);
    }

    @ParameterizedTest
    @EnumSource
    void noErrorNumberIsConfusedWithAnother(Platform platform) {
        for (int number = 1; number < 130; number++) {
            int linux = BsdErrno.toLinux(platform, number);

            assertThat(BsdErrno.ofLinux(platform, linux)).isEqualTo(number);
        }
    }

    /// linux/tcp_states.h and netinet/tcp_fsm.h.
    @Test
    void statesOfConnectionsSayWhetherThePeerHasEnded() {
        int established = 1;
        int closeWait = 8;
        assertThat(Sockets.isEnded(Platform.LINUX, established)).isFalse();
        assertThat(Sockets.isEnded(Platform.LINUX, closeWait)).isTrue();
        int establishedOfBsd = 4;
        int closeWaitOfBsd = 5;
        int finWait2OfBsd = 9;
        assertThat(Sockets.isEnded(Platform.FREEBSD, establishedOfBsd)).isFalse();
        assertThat(Sockets.isEnded(Platform.MACOS, finWait2OfBsd)).isFalse();
        assertThat(Sockets.isEnded(Platform.MACOS, closeWaitOfBsd)).isTrue();
    }
}
