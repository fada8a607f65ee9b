// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Addresses in the form of the kernel.
class SocketAddressesTest {
    private final MemorySegment memory = MemorySegment.ofArray(new long[4]);

    private static InetAddress address(int... bytes) throws Exception {
        var raw = new byte[bytes.length];
        for (int i = 0; i < raw.length; i++) {
            raw[i] = (byte) bytes[i];
        }
        return InetAddress.getByAddress(raw);
    }

    @Test
    void addressOfIpv4OnSocketOfIpv4() throws Exception {
        var address = address(10, 1, 2, 3);

        int size = SocketAddresses.write(memory, false, address, 0xabcd);

        assertThat(size).isEqualTo(16);
        assertThat(SocketAddresses.read(memory)).isEqualTo(new InetSocketAddress(address, 0xabcd));
    }

    @Test
    void addressOfIpv6OnSocketOfIpv4IsRefused() throws Exception {
        var loopback = address(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

        assertThat(SocketAddresses.write(memory, false, loopback, 80))
                .isEqualTo(-Errno.EAFNOSUPPORT);
    }

    @Test
    void wildcardOfIpv6OnSocketOfIpv4IsThatOfIpv4() throws Exception {
        int size = SocketAddresses.write(memory, false, InetAddress.getByName("::"), 80);

        assertThat(size).isEqualTo(16);
        assertThat(SocketAddresses.read(memory)).isEqualTo(new InetSocketAddress("0.0.0.0", 80));
    }

    @Test
    void addressOfIpv4OnSocketOfIpv6IsMapped() throws Exception {
        var address = address(10, 1, 2, 3);

        int size = SocketAddresses.write(memory, true, address, 80);

        assertThat(size).isEqualTo(28);
        assertThat(memory.get(ValueLayout.JAVA_BYTE, 18)).isEqualTo((byte) 0xff);
        assertThat(SocketAddresses.read(memory)).isEqualTo(new InetSocketAddress(address, 80));
    }

    @Test
    void wildcardOfIpv4OnSocketOfIpv6IsThatOfIpv6() throws Exception {
        SocketAddresses.write(memory, true, address(0, 0, 0, 0), 80);

        assertThat(memory.asSlice(8, 16).toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
        assertThat(SocketAddresses.read(memory).getAddress().isAnyLocalAddress()).isTrue();
    }

    @Test
    void addressOfOneLinkKeepsItsScope() throws Exception {
        var raw = address(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1).getAddress();
        var scoped = Inet6Address.getByAddress(null, raw, 3);

        SocketAddresses.write(memory, true, scoped, 80);

        assertThat(memory.get(ValueLayout.JAVA_INT, 24)).isEqualTo(3);
        var read = (Inet6Address) SocketAddresses.read(memory).getAddress();
        assertThat(read).isEqualTo(scoped);
        assertThat(read.getScopeId()).isEqualTo(3);
    }

    @Test
    void oldContentOfTheMemoryIsGone() throws Exception {
        memory.fill((byte) 0x55);

        SocketAddresses.write(memory, true, address(10, 1, 2, 3), 80);

        assertThat(memory.get(ValueLayout.JAVA_INT, 4)).isZero();
        assertThat(memory.get(ValueLayout.JAVA_INT, 24)).isZero();
    }

    private byte[] head() {
        return memory.asSlice(0, 4).toArray(ValueLayout.JAVA_BYTE);
    }

    @Test
    void onLinuxAnAddressBeginsWithItsFamily() throws Exception {
        SocketAddresses.write(Platform.LINUX, memory, true, address(10, 1, 2, 3), 0x1234);

        assertThat(head()).containsExactly(10, 0, 0x12, 0x34);
    }

    @Test
    void onBsdAnAddressBeginsWithItsLength() throws Exception {
        SocketAddresses.write(Platform.MACOS, memory, true, address(10, 1, 2, 3), 0x1234);
        assertThat(head()).containsExactly(28, 30, 0x12, 0x34);

        SocketAddresses.write(Platform.FREEBSD, memory, true, address(10, 1, 2, 3), 0x1234);
        assertThat(head()).containsExactly(28, 28, 0x12, 0x34);

        SocketAddresses.write(Platform.FREEBSD, memory, false, address(10, 1, 2, 3), 0x1234);
        assertThat(head()).containsExactly(16, 2, 0x12, 0x34);
    }

    @Test
    void addressesOfBsdAreReadBack() throws Exception {
        var four = new InetSocketAddress(address(10, 1, 2, 3), 0xabcd);
        var six =
                new InetSocketAddress(
                        address(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), 80);

        for (var platform : Platform.values()) {
            for (var address : new InetSocketAddress[] {four, six}) {
                boolean ipv6 = address == six;
                SocketAddresses.write(
                        platform, memory, ipv6, address.getAddress(), address.getPort());

                assertThat(SocketAddresses.read(platform, memory)).isEqualTo(address);
            }
        }
    }

    @Test
    void pathsAreWrittenAsEachSystemHasThem() {
        var room = MemorySegment.ofArray(new long[16]);

        UnixSockets.write(Platform.LINUX, room, new byte[] {'a', 'b'});
        assertThat(room.asSlice(0, 5).toArray(ValueLayout.JAVA_BYTE))
                .containsExactly(1, 0, 'a', 'b', 0);
        UnixSockets.write(Platform.MACOS, room, new byte[] {'a', 'b'});
        assertThat(room.asSlice(0, 5).toArray(ValueLayout.JAVA_BYTE))
                .containsExactly(106, 1, 'a', 'b', 0);
    }
}
