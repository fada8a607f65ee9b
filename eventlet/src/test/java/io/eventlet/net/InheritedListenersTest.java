// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.ChildJvm;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Listeners that are passed by another process, here by Python, as systemd passes them.
@Timeout(60)
@ExtendWith(NoLeaks.class)
@Tag("hub-only")
class InheritedListenersTest {
    /// Listens on a port and on a path, prints the port, and runs a program with both so many
    /// times, one after another.
    private static final String LAUNCHER =
            """
            import os, socket, sys
            times, path, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
            tcp = socket.create_server(("127.0.0.1", 0))
            unix = socket.socket(socket.AF_UNIX)
            unix.bind(path)
            unix.listen(10)
            print(tcp.getsockname()[1], flush=True)
            for i in range(times):
                child = os.fork()
                if child == 0:
                    one, two = os.dup(tcp.fileno()), os.dup(unix.fileno())
                    one, two = os.dup(one), os.dup(two)
                    os.dup2(one, 3)
                    os.dup2(two, 4)
                    os.environ["LISTEN_PID"] = str(os.getpid())
                    os.environ["LISTEN_FDS"] = "2"
                    os.environ["LISTEN_FDNAMES"] = "web:local"
                    os.execv(command[0], command)
                os.waitpid(child, 0)
            """;

    @TempDir Path directory;

    /// Answers one connection of each kind with its number and name.
    static final class Program {
        public static void main(String[] none) throws IOException {
            var all = InheritedListeners.all();
            answer(all.get(0), "tcp of " + ProcessHandle.current().pid());
            answer(InheritedListeners.named("local").getFirst(), "unix of " + all.size());
        }

        private static void answer(GreenServerSocket listener, String text) throws IOException {
            try (var client = listener.accept()) {
                client.sendAll(text.getBytes(US_ASCII));
            }
        }
    }

    private Process launch(int times) throws IOException {
        var command = new ArrayList<>(List.of("python3", "-c", LAUNCHER));
        command.addAll(List.of(Integer.toString(times), directory.resolve("socket").toString()));
        command.addAll(ChildJvm.command(Program.class));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static int port(Process launcher) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(launcher.getInputStream(), US_ASCII));
        return Integer.parseInt(lines.readLine());
    }

    private static String ask(int port) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    private String askOnPath() throws IOException {
        try (var socket = UnixSocket.connect(directory.resolve("socket"))) {
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    @Test
    void listenersOfBothKindsAreTakenOver() throws Exception {
        var launcher = launch(1);

        assertThat(ask(port(launcher))).startsWith("tcp of ");
        assertThat(askOnPath()).isEqualTo("unix of 2");
        assertThat(launcher.waitFor()).isZero();
    }

    @Test
    void connectionsWaitWhileOneProcessFollowsAnother() throws Exception {
        var launcher = launch(2);
        int port = port(launcher);

        var first = ask(port);
        var ignored = askOnPath(); // after which the first process ends
        var second = ask(port); // while the next one is started
        ignored = askOnPath();

        assertThat(first).startsWith("tcp of ");
        assertThat(second).startsWith("tcp of ").isNotEqualTo(first);
        assertThat(launcher.waitFor()).isZero();
    }

    @Test
    void thereAreNoneIfNonePassed() throws Exception {
        assertThat(InheritedListeners.all()).isEmpty();
        assertThat(InheritedListeners.named("web")).isEmpty();
    }
}
