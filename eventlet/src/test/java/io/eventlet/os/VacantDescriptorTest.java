// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/// What is left of a number after what it stood for was closed.
@Tag("hub-only")
@Timeout(60)
class VacantDescriptorTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private int number;
    private int port;

    @BeforeEach
    void replaceAListener() {
        number = Sockets.open(false);
        assertThat(Sockets.bind(number, false, LOOPBACK, 0)).isZero();
        assertThat(Sockets.listen(number, 5)).isZero();
        port = Sockets.localAddress(number).getPort();

        assertThat(VacantDescriptor.replace(number)).isNotNegative();
    }

    @AfterEach
    void close() {
        assertThat(Sockets.close(number)).isZero();
    }

    @Test
    void whatItStoodForIsClosed() throws IOException {
        new ServerSocket(port, 1, LOOPBACK).close();
    }

    @Test
    void noCallOnASocketDoesAnything() {
        int bad = -Errno.EBADF;
        var bytes = new byte[1];

        assertThat(Sockets.connect(number, false, LOOPBACK, port)).isEqualTo(bad);
        assertThat(Sockets.bind(number, false, LOOPBACK, 0)).isEqualTo(bad);
        assertThat(Sockets.listen(number, 1)).isEqualTo(bad);
        assertThat(Sockets.recv(number, bytes, 0, 1)).isEqualTo(bad);
        assertThat(Sockets.send(number, bytes, 0, 1)).isEqualTo(bad);
        assertThat(Sockets.shutdown(number, Sockets.SHUT_RDWR)).isEqualTo(bad);
        assertThat(Sockets.available(number)).isEqualTo(bad);
        assertThat(Sockets.localAddress(number).getPort()).isZero();
    }

    @Test
    void programsThatAreStartedDoNotGetIt() throws IOException {
        var flags =
                Files.readAllLines(Path.of("/proc/self/fdinfo/" + number)).stream()
                        .filter(line -> line.startsWith("flags:"))
                        .map(line -> Integer.parseInt(line.substring(6).strip(), 8))
                        .toList();

        assertThat(flags).singleElement().satisfies(one -> assertThat(one & 0x80000).isNotZero());
    }

    @Test
    void itTakesTheSameNumberAgain() {
        assertThat(VacantDescriptor.replace(number)).isEqualTo(number);
    }
}
