// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// A file of passwords as libpq has it: lines `host:port:database:user:password`, of which the
/// first that fits is taken.
///
/// @param complaint why it was not read; null if it was, or is not there
record PasswordFile(List<List<String>> lines, @Nullable String complaint) {
    private static final int FIELDS = 5;
    private static final Set<PosixFilePermission> OF_OTHERS =
            EnumSet.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.GROUP_EXECUTE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE,
                    PosixFilePermission.OTHERS_EXECUTE);

    static PasswordFile read(Path file) {
        if (!Files.exists(file)) {
            return new PasswordFile(List.of(), null);
        }
        try {
            if (!Files.isRegularFile(file)) {
                return refused("password file %s is not a plain file", file);
            }
            if (isOpenToOthers(file)) {
                return refused(
                        "password file %s has group or world access; its permissions should be"
                                + " u=rw (0600) or less",
                        file);
            }
            return new PasswordFile(
                    Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                            .filter(line -> !line.isBlank() && !line.startsWith("#"))
                            .map(PasswordFile::fields)
                            .filter(fields -> fields.size() >= FIELDS)
                            .toList(),
                    null);
        } catch (IOException e) {
            return refused("password file %s cannot be read", file);
        }
    }

    private static PasswordFile refused(String format, Path file) {
        return new PasswordFile(List.of(), format.formatted(file));
    }

    private static boolean isOpenToOthers(Path file) throws IOException {
        try {
            return Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains);
        } catch (UnsupportedOperationException e) {
            return false; // a system without them
        }
    }

    /// A backslash takes away the meaning of what follows it.
    private static List<String> fields(String line) {
        var fields = new ArrayList<String>();
        var field = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\' && i + 1 < line.length()) {
                field.append(c).append(line.charAt(++i));
            } else if (c == ':' && fields.size() < FIELDS - 1) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }

    private static String plain(String field) {
        return field.replaceAll("\\\\(.)", "$1");
    }

    @Nullable String find(String... hostPortDatabaseUser) {
        for (var line : lines) {
            boolean fits = true;
            for (int i = 0; i < hostPortDatabaseUser.length; i++) {
                var field = line.get(i);
                fits &= field.equals("*") || plain(field).equals(hostPortDatabaseUser[i]);
            }
            if (fits) {
                return plain(line.getLast());
            }
        }
        return null;
    }
}
