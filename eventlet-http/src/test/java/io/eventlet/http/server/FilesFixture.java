// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.function.UnaryOperator;

/// A directory with files, and what a [FileHandler] of it answers.
record FilesFixture(Path directory) {
    /// When its files were last changed.
    static final Instant MODIFIED = Instant.parse("2026-01-02T03:04:05.678Z");

    static final String DATE = "Fri, 02 Jan 2026 03:04:05 GMT";
    private static final String LAST = "Host: a\nConnection: close\n";

    Path write(String name, String content) throws IOException {
        var file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return Files.setLastModifiedTime(file, FileTime.from(MODIFIED));
    }

    /// The answer to a GET, with more fields, each with its line end.
    String get(String path, String fields) throws IOException {
        return get(path, fields, how -> how);
    }

    String get(String path) throws IOException {
        return get(path, "");
    }

    String get(String path, String fields, UnaryOperator<FileHandler.Builder> how)
            throws IOException {
        return ask("GET " + path, fields, how);
    }

    String get(String path, UnaryOperator<FileHandler.Builder> how) throws IOException {
        return get(path, "", how);
    }

    /// The answer to a method and a target.
    String ask(String methodAndTarget, String fields, UnaryOperator<FileHandler.Builder> how)
            throws IOException {
        try (var server = server(how)) {
            return ask(server, methodAndTarget, fields);
        }
    }

    static String ask(HttpServer server, String methodAndTarget, String fields) throws IOException {
        return RawClient.ask(server, methodAndTarget + " HTTP/1.1\n" + LAST + fields + "\n");
    }

    HttpServer server(UnaryOperator<FileHandler.Builder> how) throws IOException {
        return HttpServer.builder(how.apply(FileHandler.builder(directory)).build()).start();
    }

    /// The value of a field of an answer.
    static String field(String answer, String name) {
        return answer.lines()
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + answer));
    }

    static String body(String answer) {
        return answer.substring(answer.indexOf("\n\n") + 2);
    }
}
