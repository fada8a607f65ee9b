// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpClient;
import io.eventlet.mirror.frontier.MemoryFrontier;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Copies of a tree that servers serve which people use: deep, wide, with odd names, empty and
/// large files.
@Timeout(180) // a server of its own for each
@ExtendWith(NoLeaks.class)
class RealServersTest {
    private static final String[] NAMES = {
        "plain.txt",
        "a b",
        "a+b",
        "a#b",
        "a%b",
        "a%20b",
        "a&b",
        "a&amp;b",
        "a:b",
        ":b",
        "a?b",
        "a?b=c",
        "a=b",
        "a;b",
        "a@b",
        "a,b",
        "(a)",
        "[a]",
        "{a}",
        "'a'",
        "\"a\"",
        "<b>a",
        "a\\b",
        "a|b",
        "a^b",
        "~a",
        "a$b",
        "a*b",
        "a!",
        "a.",
        "ä",
        "e\u0301",
        "日本語",
        "\uD83D\uDE00",
        "Icon\u00a0",
        "UPPER",
        "upper",
        "n".repeat(200)
    };
    private static final Instant TIME = Instant.parse("2001-02-03T04:05:06Z");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    private final HttpClient client = HttpClient.create();

    @AfterEach
    void closeClient() {
        client.close();
    }

    @ParameterizedTest
    @EnumSource
    void theCopyIsTheTree(RealServer.Kind kind) throws Exception {
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        var tree = tree();
        var own = Files.createDirectory(root.resolve("server"));
        var to = Files.createDirectory(root.resolve("copy"));
        try (var server = RealServer.start(kind, tree, own)) {
            var copy = Copy.in(to, client, new MemoryFrontier());

            var summary = copy.of(server.url("/")).build().run();

            assertThat(summary.failed()).as(() -> "" + failures(copy)).isZero();
            assertThatTheyAreEqual(tree, to);
            assertThat(inLatin1(to)).isEqualTo("latin");
            var again = copy.of(server.url("/")).build().run();
            assertThat(again.stored()).isZero();
        }
    }

    private static List<MirrorEvent> failures(Copy copy) {
        return copy.events().stream().filter(MirrorEvent.Failed.class::isInstance).toList();
    }

    private Path tree() throws Exception {
        var tree = Files.createDirectory(root.resolve("tree"));
        var odd = Files.createDirectory(tree.resolve("odd"));
        for (var name : NAMES) {
            Files.writeString(odd.resolve(name), "content of " + name);
            Files.createDirectory(odd.resolve(name + " d"));
            Files.writeString(odd.resolve(name + " d").resolve(name), name);
        }
        var wide = Files.createDirectory(tree.resolve("wide"));
        for (int i = 0; i < 150; i++) {
            Files.writeString(wide.resolve("file" + i), Integer.toString(i));
        }
        var deep = tree;
        for (int i = 0; i < 40; i++) {
            deep = Files.createDirectory(deep.resolve("d" + i));
            Files.writeString(deep.resolve("f"), "at depth " + i);
        }
        Files.createFile(tree.resolve("empty"));
        Files.createDirectory(tree.resolve("nothing"));
        try (var large = new RandomAccessFile(tree.resolve("large").toFile(), "rw")) {
            large.setLength(40 << 20);
            large.seek(30 << 20);
            large.write(1);
        }
        Files.setLastModifiedTime(tree.resolve("large"), FileTime.from(TIME));
        var latin = Files.createDirectory(tree.resolve("latin"));
        var command = List.of("bash", "-c", "printf latin > $'caf\\xe9'");
        assertThat(new ProcessBuilder(command).directory(latin.toFile()).start().waitFor())
                .isZero();
        return tree;
    }

    private static void assertThatTheyAreEqual(Path tree, Path copy) throws IOException {
        assertThat(files(copy)).isEqualTo(files(tree));
        assertThat(Files.mismatch(tree.resolve("large"), copy.resolve("large"))).isEqualTo(-1);
        assertThat(Files.getLastModifiedTime(copy.resolve("large")).toInstant()).isEqualTo(TIME);
    }

    /// The small files with names in Unicode, and their content.
    private static Map<String, String> files(Path root) throws IOException {
        var result = new TreeMap<String, String>();
        try (var files = Files.walk(root)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var path = root.relativize(file).toString();
                if (!path.startsWith("latin")
                        && !path.startsWith(".eventlet-mirror")
                        && !path.equals("large")) {
                    result.put(path, Files.readString(file));
                }
            }
        }
        return result;
    }

    /// The content of the only file whose name is not in Unicode.
    private static String inLatin1(Path copy) throws IOException {
        try (var files = Files.list(copy.resolve("latin"))) {
            var all = new ArrayList<>(files.toList());
            assertThat(all).hasSize(1);
            return Files.readString(all.getFirst());
        }
    }
}
