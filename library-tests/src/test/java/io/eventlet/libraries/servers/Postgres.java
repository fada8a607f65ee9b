// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import java.io.IOException;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;

/// A PostgreSQL of the tests' own, which lets everybody in.
public final class Postgres {
    static final String PACKAGE = "postgresql";

    private Postgres() {}

    public static LocalServer start() throws IOException {
        var account = Account.notRoot(); // root is refused
        var directory = LocalServer.newDirectory("postgres");
        var data = PostgresData.copy(directory, account);
        int port = FreePort.find();
        var serve = new ArrayList<>(account.prefix());
        serve.addAll(
                List.of(
                        Program.of("postgres", PACKAGE),
                        "-D",
                        data.toString(),
                        "-p",
                        String.valueOf(port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "fsync=off",
                        "-c",
                        "shared_buffers=16MB",
                        "-c",
                        "max_connections=200"));
        return LocalServer.start(serve, directory, port, Postgres::talk);
    }

    /// How the driver reaches it.
    public static String url(LocalServer server) {
        return url(server.port());
    }

    private static String url(int port) {
        return "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres&sslmode=disable&gssEncMode=disable"
                .formatted(port);
    }

    static void talk(int port) throws Exception {
        DriverManager.getConnection(url(port)).close();
    }
}
