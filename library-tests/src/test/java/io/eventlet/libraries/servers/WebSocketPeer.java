// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Libraries of others that speak WebSocket, each as a server that sends back what it gets, and as
/// a client of such a server.
public enum WebSocketPeer {
    /// npm's `ws`.
    NODE("js", "node", "node-ws"),

    /// Python's `websockets`.
    PYTHON("py", "/usr/bin/python3", "python3-websockets");

    private static final String NODE_MODULES = "/usr/share/nodejs"; // where Debian puts them

    private final String suffix;
    private final String program;
    private final String debianPackage;

    WebSocketPeer(String suffix, String program, String debianPackage) {
        this.suffix = suffix;
        this.program = program;
        this.debianPackage = debianPackage;
    }

    /// Starts it as a server, which keeps what it compresses with or not.
    public LocalServer startServer(boolean keepsContext) throws IOException {
        var directory = LocalServer.newDirectory("websocket");
        int port = FreePort.find();
        return LocalServer.start(
                command(
                        script(directory, "websocket-server"),
                        String.valueOf(port),
                        String.valueOf(keepsContext)),
                directory,
                port,
                WebSocketPeer::talk);
    }

    private static void talk(int port) throws Exception {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
    }

    /// Runs it as a client, to its end; what it prints.
    public String runClient(URI server, boolean compresses) throws IOException {
        var directory = LocalServer.newDirectory("websocket");
        var script = script(directory, "websocket-client");
        var process =
                new ProcessBuilder(command(script, server.toString(), String.valueOf(compresses)))
                        .redirectErrorStream(true)
                        .start();
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .strip();
        } finally {
            process.destroyForcibly();
            Files.delete(script);
            Files.delete(directory);
        }
    }

    private List<String> command(Path script, String one, String other) {
        var path = program.startsWith("/") ? program : Program.of(program, debianPackage);
        var setting = "NODE_PATH=" + NODE_MODULES;
        return List.of(
                Program.of("env", "coreutils"), setting, path, script.toString(), one, other);
    }

    private Path script(Path directory, String name) {
        var file = name + "." + suffix;
        try (var resource = WebSocketPeer.class.getResourceAsStream(file)) {
            if (resource == null) {
                throw new AssertionError("there is no " + file);
            }
            return Files.write(directory.resolve(file), resource.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
