// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.ChildJvm;
import io.eventlet.Eventlet;
import io.eventlet.Eventually;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/// A server in a JVM that may open few files, and whose clients are more.
@Timeout(120)
class ServerWithoutDescriptorsTest {
    private static final int LIMIT = 128;
    private static final String BACKS_OFF = "backs off";

    private final List<Socket> clients = new ArrayList<>();
    private Process server;
    @TempDir private Path directory;

    @AfterEach
    void close() throws IOException {
        for (var client : clients) {
            client.close();
        }
        if (server != null) {
            server.destroyForcibly();
        }
    }

    /// From jars, which are open before descriptors run out, and from files in a directory.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void servesThoseItHasBacksOffAndAcceptsAgainWhenDescriptorsComeFree(boolean fromJars)
            throws Exception {
        var output = startServer(fromJars);
        int port = Integer.parseInt(lineAfter(output, "port "));
        for (int i = 0; i < LIMIT; i++) { // some more than it has descriptors for
            connect(port);
            if (i == 0) {
                assertEchoes(clients.getFirst()); // what that needs is open from now on
            }
        }

        var ignored = lineAfter(output, BACKS_OFF);

        assertEchoes(clients.getFirst());
        for (var client : clients.subList(1, LIMIT - 20)) {
            client.close();
        }
        assertEchoes(clients.getLast());
        assertEchoes(clients.getFirst());
    }

    private BufferedReader startServer(boolean fromJars) throws IOException {
        var command = new ArrayList<>(ChildJvm.command(Program.class));
        int classPath = command.indexOf("-cp") + 1;
        if (fromJars) {
            command.set(classPath, inJars(command.get(classPath)));
        }
        command.add(1, "-XX:-MaxFDLimit"); // which would raise it again
        command.addAll(0, List.of("sh", "-c", "ulimit -n " + LIMIT + "; exec \"$@\"", "sh"));
        server = new ProcessBuilder(command).redirectErrorStream(true).start();
        return server.inputReader();
    }

    /// A class path of jars.
    private String inJars(String classPath) throws IOException {
        var jars = new ArrayList<String>();
        for (var entry : classPath.split(File.pathSeparator, -1)) {
            var path = Path.of(entry);
            jars.add(
                    Files.isDirectory(path)
                            ? jar(path, directory.resolve(jars.size() + ".jar"))
                            : entry);
        }
        return String.join(File.pathSeparator, jars);
    }

    private static String jar(Path classes, Path jar) throws IOException {
        try (var out = new JarOutputStream(Files.newOutputStream(jar));
                var files = Files.walk(classes)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, out);
            }
        }
        return jar.toString();
    }

    /// What follows in a line; nothing may be missing in those before it.
    private static String lineAfter(BufferedReader output, String beginning) throws IOException {
        var before = new ArrayList<String>();
        for (String line; (line = output.readLine()) != null; before.add(line)) {
            assertThat(line).doesNotContain("NoClassDefFoundError");
            if (line.startsWith(beginning)) {
                return line.substring(beginning.length());
            }
        }
        throw new AssertionError("the server has ended: " + before);
    }

    private void connect(int port) throws IOException {
        var client = new Socket(InetAddress.getLoopbackAddress(), port);
        client.setSoTimeout(50_000);
        clients.add(client);
    }

    private static void assertEchoes(Socket client) throws IOException {
        client.getOutputStream().write('e');
        assertThat(client.getInputStream().read()).isEqualTo('e');
    }

    /// What the other JVM runs: a server, and one who looks whether it tries again and again, or
    /// waits for a while in between, though connections wait in the backlog.
    static final class Program {
        private Program() {}

        public static void main(String[] args) throws Exception {
            var listener =
                    Eventlet.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var accepting = Eventlet.spawn(() -> Eventlet.serve(listener, Program::echo)).thread();
            System.out.println("port " + listener.getLocalPort());
            Eventually.until(() -> accepting.getState() == Thread.State.TIMED_WAITING);
            System.out.println(BACKS_OFF);
            accepting.join();
            System.out.println("ended");
        }

        private static void echo(Socket client) throws IOException {
            client.getInputStream().transferTo(client.getOutputStream());
        }
    }
}
