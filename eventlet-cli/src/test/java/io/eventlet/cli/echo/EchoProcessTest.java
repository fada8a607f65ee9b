// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.echo;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.testing.CommandProcess;
import io.eventlet.hub.Hub;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

@Timeout(60)
class EchoProcessTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    @Test
    void servesUntilItIsToldToStop() throws Exception {
        try (var echo = CommandProcess.start("echo", "--port", "0", "--host", "127.0.0.1")) {
            String greeting = echo.readLine();
            try (Socket client = connect(greeting)) {
                echo(client);
            }

            echo.terminate();

            assertThat(greeting)
                    .startsWith("Echo on 127.0.0.1:")
                    .contains("TCP", "1 hub", "at most 10,000 connections");
            assertThat(echo.readLines())
                    .last()
                    .asString()
                    .isEqualTo("Stopped: 1 connection served");
            assertThat(echo.exitCode()).isZero();
            assertThat(echo.readErrors()).isEmpty();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void echoesThatAreDeferredComeBack() throws Exception {
        try (var echo =
                CommandProcess.start(
                        "echo",
                        "--port=0",
                        "--host=127.0.0.1",
                        "--hub=io_uring,epoll",
                        "--deferred-writes")) {
            String greeting = echo.readLine();
            try (Socket client = connect(greeting)) {
                echo(client);
                echo(client);
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aPinnedHubHasTheFirstProcessor() throws Exception {
        try (var echo = CommandProcess.start("echo", "--port=0", "--host=127.0.0.1", "--pin")) {
            String greeting = echo.readLine();
            try (Socket client = connect(greeting)) {
                echo(client);

                assertThat(greeting).contains("1 hub, pinned");
                assertThat(processorsOfThread(echo.pid(), "echo-1"))
                        .isEqualTo("" + Hub.processors().getFirst());
            }
        }
    }

    /// What the kernel says of the processors of a thread, by the end of its name, as `0-1`.
    private static String processorsOfThread(long pid, String name) throws IOException {
        try (var threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads.toList()) {
                if (Files.readString(thread.resolve("comm")).strip().endsWith(name)) {
                    String begin = "Cpus_allowed_list:";
                    return Files.readAllLines(thread.resolve("status")).stream()
                            .filter(line -> line.startsWith(begin))
                            .map(line -> line.substring(begin.length()).strip())
                            .findAny()
                            .orElseThrow();
                }
            }
        }
        throw new AssertionError("no thread of process " + pid + " is called " + name);
    }

    @Test
    void portableModeCannotPin() throws Exception {
        var portable = Map.of("JDK_JAVA_OPTIONS", "-Deventlet.mode=portable");
        try (var echo = CommandProcess.startIn(portable, "echo", "--port=0", "--pin")) {
            assertThat(echo.readErrors()).contains("--pin needs hub mode");
            assertThat(echo.exitCode()).isEqualTo(2);
        }
    }

    @Test
    void aConnectionThatStaysOpenIsClosedWhenTheGraceIsOver() throws Exception {
        try (var echo =
                CommandProcess.start(
                        "echo", "--port", "0", "--host", "127.0.0.1", "--grace", "1ms")) {
            try (Socket client = connect(echo.readLine())) {
                echo(client);

                echo.terminate();

                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(echo.readLines())
                    .containsExactly(
                            "Stopping: 1 connection open, closed after 1.0 ms at the latest; again"
                                    + " to stop at once",
                            "Stopped: 1 connection served, the last of them closed by us");
            assertThat(echo.exitCode()).isZero();
        }
    }

    @Test
    void eachConnectionHasALineForItsBeginningAndItsEnd() throws Exception {
        try (var echo =
                CommandProcess.start(
                        "echo", "--port=0", "--host=127.0.0.1", "--grace=1ms", "--verbose")) {
            String greeting = echo.readLine();
            try (Socket client = connect(greeting)) {
                echo(client);
                String peer = "127.0.0.1:" + client.getLocalPort();

                echo.terminate();

                assertThat(echo.readLine()).isEqualTo("+ " + peer);
                assertThat(echo.readLines())
                        .contains("- " + peer + " (closed by us)")
                        .last()
                        .asString()
                        .startsWith("Stopped: ");
            }
        }
    }

    @Test
    void aConnectionBeyondTheLimitWaitsUntilAnotherEnds() throws Exception {
        try (var echo =
                CommandProcess.start(
                        "echo", "--port", "0", "--host", "127.0.0.1", "--max-connections", "1")) {
            String greeting = echo.readLine();
            try (Socket first = connect(greeting);
                    Socket second = connect(greeting)) {
                echo(first);
                second.getOutputStream().write(HELLO);
                echo(first);
                assertThat(second.getInputStream().available()).isZero();

                first.shutdownOutput();

                assertThat(second.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
            }
        }
    }

    @Test
    void aPortThatIsTakenIsSaidInOneLine() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var echo =
                        CommandProcess.start(
                                "echo",
                                "--host",
                                "127.0.0.1",
                                "--port",
                                String.valueOf(taken.getLocalPort()))) {
            assertThat(echo.exitCode()).isEqualTo(3);
            assertThat(echo.readErrors())
                    .startsWith(
                            "eventlet echo: cannot listen on 127.0.0.1:"
                                    + taken.getLocalPort()
                                    + ": ")
                    .doesNotContain("\n");
        }
    }

    private static Socket connect(String greeting) throws Exception {
        String address = greeting.split(" ", 4)[2];
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private static void echo(Socket client) throws Exception {
        client.getOutputStream().write(HELLO);
        assertThat(client.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
    }
}
