// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;

/// Whom a server runs as that refuses to be run by root: somebody else then, else who runs the
/// tests.
record Account(List<String> prefix, String name) {
    private static final List<String> NAMES = List.of("postgres", "nobody");

    /// Whoever runs the tests, or somebody else if that is root.
    static Account notRoot() {
        if (!System.getProperty("user.name").equals("root")) {
            return new Account(List.of(), "");
        }
        String name = NAMES.stream().filter(Account::exists).findFirst().orElseThrow();
        var become =
                List.of(
                        Program.of("setpriv", "util-linux"),
                        "--reuid=" + name,
                        "--clear-groups",
                        "--");
        return new Account(become, name);
    }

    private static boolean exists(String name) {
        try {
            var ignored =
                    FileSystems.getDefault()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByName(name);
            return true;
        } catch (UserPrincipalNotFoundException e) {
            return false;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// Makes a directory that is its own, below one that it may pass.
    Path ownDirectory(Path parent, String directory) throws IOException {
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwx--x--x"));
        var own = Files.createDirectory(parent.resolve(directory));
        if (!name.isEmpty()) {
            Files.setOwner(
                    own,
                    own.getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByName(name));
        }
        return own;
    }
}
