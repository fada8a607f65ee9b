// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/// A PgBouncer before a PostgreSQL of the tests, which lends its connections for a transaction
/// each.
public final class PgBouncer {
    private PgBouncer() {}

    /// Starts one before a server.
    ///
    /// @param connections how many it has with the server
    public static LocalServer start(LocalServer postgres, int connections) throws IOException {
        var account = Account.notRoot(); // root is refused
        var directory = LocalServer.newDirectory("pgbouncer");
        int port = FreePort.find();
        var configuration =
                """
                [databases]
                * = host=127.0.0.1 port=%d user=postgres
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = any
                pool_mode = transaction
                default_pool_size = %d
                """
                        .formatted(postgres.port(), port, connections);
        var file = account.ownDirectory(directory, "own").resolve("pgbouncer.ini");
        Files.writeString(file, configuration);
        var serve = new ArrayList<>(account.prefix());
        serve.addAll(List.of(Program.of("pgbouncer", "pgbouncer"), file.toString()));
        return LocalServer.start(serve, directory, port, Postgres::talk);
    }
}
