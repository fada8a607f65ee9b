// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What `initdb` makes, for servers that let everybody in: made once in this JVM, as that takes
/// longer than most tests of a server do, and copied for each.
final class PostgresData {
    private static @Nullable Path made; // under the monitor of the class

    private PostgresData() {}

    /// Below a directory, what a server of the account's starts with.
    static Path copy(Path directory, Account account) throws IOException {
        var copy = account.ownDirectory(directory, "data");
        run(account, List.of("cp", "-a", made(account) + "/.", copy.toString()), directory);
        return copy;
    }

    private static synchronized Path made(Account account) throws IOException {
        var known = made;
        if (known == null) {
            var directory = LocalServer.newDirectory("initdb");
            LocalServer.deleteAtExit(directory);
            known = account.ownDirectory(directory, "data");
            var initialize =
                    List.of(
                            Program.of("initdb", Postgres.PACKAGE),
                            "--pgdata=" + known,
                            "--username=postgres",
                            "--auth=trust",
                            "--no-locale",
                            "--encoding=UTF8",
                            "--no-sync");
            run(account, initialize, directory);
            made = known;
        }
        return known;
    }

    private static void run(Account account, List<String> command, Path directory)
            throws IOException {
        var all = new ArrayList<>(account.prefix());
        all.addAll(command);
        LocalServer.prepare(all, directory);
    }
}
