// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

/// What systems number each in its own way: `sys/socket.h`, `netinet/in.h`, `netinet/tcp.h`,
/// `netinet6/in6.h`, `fcntl.h`, `sys/filio.h`.
public enum SocketNumber {
    AF_INET6(10, 30, 28),
    SOCK_NONBLOCK(0x800, 0, 0x2000_0000),
    SOCK_CLOEXEC(0x80000, 0, 0x1000_0000),
    MSG_NOSIGNAL(0x4000, 0, 0x20000),
    FIONREAD(0x541B, 0x4004_667F, 0x4004_667F),
    O_NONBLOCK(0x800, 0x4, 0x4),
    O_CLOEXEC(0x80000, 0x100_0000, 0x10_0000),
    F_DUPFD_CLOEXEC(1030, 67, 17),

    SOL_SOCKET(1, 0xffff, 0xffff),
    SO_REUSEADDR(2, 0x4, 0x4),
    SO_REUSEPORT(15, 0x200, 0x200),
    SO_SNDBUF(7, 0x1001, 0x1001),
    SO_RCVBUF(8, 0x1002, 0x1002),
    SO_ACCEPTCONN(30, 2, 2),
    SO_ERROR(4, 0x1007, 0x1007),
    SO_KEEPALIVE(9, 0x8, 0x8),
    SO_BROADCAST(6, 0x20, 0x20),
    /// On macOS the one in seconds, `SO_LINGER_SEC`.
    SO_LINGER(13, 0x1080, 0x80),
    SO_NOSIGPIPE(-1, 0x1022, 0x800),
    SO_INCOMING_NAPI_ID(56, -1, -1),

    TCP_NODELAY(1, 1, 1),
    /// On macOS `TCP_KEEPALIVE`.
    TCP_KEEPIDLE(4, 0x10, 256),
    TCP_KEEPINTVL(5, 0x101, 512),
    TCP_KEEPCNT(6, 0x102, 1024),
    TCP_QUICKACK(12, -1, -1),
    /// On macOS `TCP_CONNECTION_INFO`; each begins with the state.
    TCP_INFO(11, 0x106, 32),

    IP_TOS(1, 3, 3),
    IP_MULTICAST_IF(32, 9, 9),
    IP_MULTICAST_TTL(33, 10, 10),
    IP_MULTICAST_LOOP(34, 11, 11),
    IP_ADD_MEMBERSHIP(35, 12, 12),
    IP_DROP_MEMBERSHIP(36, 13, 13),
    IPV6_MULTICAST_IF(17, 9, 9),
    IPV6_MULTICAST_HOPS(18, 10, 10),
    IPV6_MULTICAST_LOOP(19, 11, 11),
    /// Elsewhere `IPV6_JOIN_GROUP`.
    IPV6_ADD_MEMBERSHIP(20, 12, 12),
    IPV6_DROP_MEMBERSHIP(21, 13, 13),
    IPV6_V6ONLY(26, 27, 27),
    IPV6_TCLASS(67, 36, 61);

    private final int linux;
    private final int macos;
    private final int freebsd;

    SocketNumber(int linux, int macos, int freebsd) {
        this.linux = linux;
        this.macos = macos;
        this.freebsd = freebsd;
    }

    /// That of a system; -1 for an option that it does not have, 0 for a flag.
    public int on(Platform platform) {
        return switch (platform) {
            case LINUX -> linux;
            case MACOS -> macos;
            case FREEBSD -> freebsd;
        };
    }

    /// That of this system.
    public int here() {
        return on(Platform.CURRENT);
    }
}
