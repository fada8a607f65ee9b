// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/// A PostgreSQL of the tests' own, which knows everybody: over TLS by a password, or the user
/// `certified` by a certificate; on its socket by a password.
///
/// Its certificate is for `localhost`, and not for 127.0.0.1.
public final class SecurePostgres implements AutoCloseable {
    public static final String PASSWORD = "open:sesame\\now";

    private static final String PACKAGE = "postgresql";
    private static final String HOSTS =
            """
            hostssl all certified 127.0.0.1/32 cert
            hostssl all all       127.0.0.1/32 scram-sha-256
            local   all all                    scram-sha-256
            """;

    private final Account account = Account.notRoot(); // root is refused
    private final Path directory = LocalServer.newDirectory("postgres");
    private final Path data = account.ownDirectory(directory, "data");
    private final Path sockets = account.ownDirectory(directory, "sockets");
    private final int port = FreePort.find();
    private final LocalServer server;

    public SecurePostgres() throws IOException {
        var password = Files.writeString(directory.resolve("password"), PASSWORD);
        var initialize = new ArrayList<>(account.prefix());
        initialize.addAll(
                List.of(
                        Program.of("initdb", PACKAGE),
                        "--pgdata=" + data,
                        "--username=postgres",
                        "--pwfile=" + password,
                        "--auth=scram-sha-256",
                        "--no-locale",
                        "--encoding=UTF8",
                        "--no-sync"));
        LocalServer.prepare(initialize, directory);
        authority("authority");
        authority("other");
        issue(directory.resolve("server"), "localhost", "subjectAltName=DNS:localhost");
        issue(directory.resolve("client"), "certified", "subjectAltName=DNS:certified");
        give("server.crt");
        give("server.key");
        Files.writeString(data.resolve("pg_hba.conf"), HOSTS);
        server = LocalServer.start(command(), directory, port, SecurePostgres::talk);
    }

    private List<String> command() {
        var serve = new ArrayList<>(account.prefix());
        serve.addAll(List.of(Program.of("postgres", PACKAGE), "-D", data.toString()));
        serve.addAll(List.of("-p", String.valueOf(port)));
        for (var setting :
                List.of(
                        "listen_addresses=127.0.0.1",
                        "unix_socket_directories=" + sockets,
                        "ssl=on",
                        "ssl_ca_file=" + file("authority.crt"),
                        "fsync=off",
                        "log_statement=all",
                        "shared_buffers=16MB")) {
            serve.addAll(List.of("-c", setting));
        }
        return serve;
    }

    private static void talk(int port) throws SQLException {
        var settings = new Properties();
        settings.setProperty("user", "postgres");
        settings.setProperty("password", PASSWORD);
        settings.setProperty("sslmode", "require");
        settings.setProperty("gssEncMode", "disable");
        DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", settings)
                .close();
    }

    private void authority(String name) throws IOException {
        var file = directory.resolve(name);
        certify(file, "/CN=" + name, "keyUsage=keyCertSign", List.of());
    }

    private void issue(Path file, String name, String extension) throws IOException {
        certify(
                file,
                "/CN=" + name,
                extension,
                List.of("-CA", file("authority.crt"), "-CAkey", file("authority.key")));
    }

    private void certify(Path file, String subject, String extension, List<String> signed)
            throws IOException {
        OpenSsl.certify(Path.of(file + ".crt"), Path.of(file + ".key"), subject, extension, signed);
    }

    /// To who runs the server, and where it looks.
    private void give(String name) throws IOException {
        var file = Files.move(directory.resolve(name), data.resolve(name));
        if (!account.name().isEmpty()) {
            Files.setOwner(file, Files.getOwner(data));
        }
    }

    public int port() {
        return port;
    }

    /// The directory of its socket.
    public Path sockets() {
        return sockets;
    }

    /// `authority.crt`, which has signed its certificate; `other.crt`, which has not; `client.crt`
    /// and `client.key` of the user `certified`.
    public String file(String name) {
        return directory.resolve(name).toString();
    }

    /// What it has logged: each statement, too.
    public String log() throws IOException {
        return Files.readString(directory.resolve("server.log"));
    }

    @Override
    public void close() {
        server.close();
    }
}
