// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import java.io.IOException;
import java.sql.DriverManager;
import java.util.List;

/// A MariaDB of the tests' own, which lets everybody in.
public final class Mariadb {
    private static final String PACKAGE = "mariadb-server-core";

    private Mariadb() {}

    public static LocalServer start() throws IOException {
        String ignored = Program.of("my_print_defaults", "mariadb-client-core"); // for the next one
        var directory = LocalServer.newDirectory("mariadb");
        String data = "--datadir=" + directory.resolve("data");
        String user = "--user=" + System.getProperty("user.name"); // root has to say so
        LocalServer.prepare(
                List.of(
                        Program.of("mariadb-install-db", PACKAGE),
                        "--no-defaults",
                        data,
                        user,
                        "--auth-root-authentication-method=normal",
                        "--skip-test-db"),
                directory);
        int port = FreePort.find();
        return LocalServer.start(
                List.of(
                        Program.of("mariadbd", PACKAGE),
                        "--no-defaults",
                        data,
                        user,
                        "--bind-address=127.0.0.1",
                        "--port=" + port,
                        "--socket=" + directory.resolve("socket"),
                        "--pid-file=" + directory.resolve("pid"),
                        "--skip-name-resolve",
                        "--innodb-flush-log-at-trx-commit=0",
                        "--innodb-buffer-pool-size=16M",
                        "--max-connections=300"),
                directory,
                port,
                Mariadb::talk);
    }

    /// How the driver reaches it.
    public static String url(LocalServer server) {
        return url(server.port());
    }

    private static String url(int port) {
        return "jdbc:mariadb://127.0.0.1:%d/?user=root&sslMode=disable".formatted(port);
    }

    private static void talk(int port) throws Exception {
        DriverManager.getConnection(url(port)).close();
    }
}
