// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.mirror.place.Place;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/// Runs that are killed after a number of bytes that is drawn, and go on in another process.
class KillTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    private final Random random = new Random(20261129);
    private final AtomicReference<@Nullable Victim> victim = new AtomicReference<>();

    /// A process, and after how many bytes it is killed.
    private record Victim(Process process, long after) {}

    private void watch(long bytes) {
        var now = victim.get();
        if (now != null && bytes >= now.after() && victim.compareAndSet(now, null)) {
            now.process().destroyForcibly();
        }
    }

    @Test
    @Timeout(300) // four processes
    void aRunThatIsKilledGoesOnWhereItWas() throws Exception {
        try (var tree = new LargeTree(random, 100, 2, 2_000_000, this::watch)) {
            killAndGoOn(tree, 3);
        }
    }

    @Test
    @Timeout(3600)
    @Tag("stress")
    void aRunMayBeKilledAHundredTimes() throws Exception {
        try (var tree = new LargeTree(random, 2_000, 10, 8_000_000, this::watch)) {
            killAndGoOn(tree, 100);
        }
    }

    private void killAndGoOn(LargeTree tree, int kills) throws Exception {
        for (int killed = 0; killed < kills; killed++) {
            var whole = whole(tree);
            var parts = parts(tree);

            long quota = 1 + random.nextLong(tree.size() / kills); // that something is left
            int status = run(tree, quota);

            assertThat(status).as("killed in round %d".formatted(killed)).isEqualTo(137);
            verify(tree, whole, parts);
        }
        var whole = whole(tree);
        var parts = parts(tree);
        assertThat(run(tree, Long.MAX_VALUE)).isZero();
        verify(tree, whole, parts);
        assertThat(whole(tree)).isEqualTo(tree.files().keySet());
    }

    /// What was whole is not sent again; what was not is sent from where it ended, and of what had
    /// only no name yet the last byte.
    private static void verify(LargeTree tree, Set<String> whole, Map<String, Long> parts) {
        var seen = new HashSet<String>();
        for (var sent : tree.sent()) {
            assertThat(whole).doesNotContain(sent.path());
            assertThat(seen.add(sent.path())).as(sent.path()).isTrue();
            long end = Objects.requireNonNull(tree.files().get(sent.path())).length - 1L;
            assertThat(sent.from())
                    .as(sent.path())
                    .isEqualTo(Math.min(parts.getOrDefault(sent.path(), 0L), end));
        }
    }

    /// The status of a process that is killed after so many bytes.
    private int run(LargeTree tree, long after) throws IOException, InterruptedException {
        var log = root.resolve("log").toFile();
        var process =
                new ProcessBuilder(command(tree))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                        .start();
        victim.set(new Victim(process, after));
        try {
            return process.waitFor();
        } finally {
            victim.set(null);
            process.destroyForcibly(); // if this test has taken too long
        }
    }

    private List<String> command(LargeTree tree) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED"));
        command.add("-Deventlet.mode=" + System.getProperty("eventlet.mode", "hub"));
        command.addAll(List.of("-cp", classes(), MirrorChild.class.getName()));
        command.addAll(List.of(tree.url("/").toString(), copy().toString(), tree.newRound()));
        return command;
    }

    private static String classes() {
        var modules = System.getProperty("jdk.module.path");
        var classes = System.getProperty("java.class.path");
        return modules == null ? classes : modules + System.getProperty("path.separator") + classes;
    }

    private Path copy() {
        return root.resolve("copy");
    }

    /// The paths of the files that are there. Each has all its bytes.
    private Set<String> whole(LargeTree tree) throws IOException {
        Set<String> whole = new HashSet<>();
        if (!Files.exists(copy())) {
            return whole;
        }
        try (var files = Files.walk(copy())) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var path = "/" + copy().relativize(file);
                if (!path.startsWith("/" + Place.OWN)) {
                    assertThat(Arrays.equals(Files.readAllBytes(file), tree.files().get(path)))
                            .as(path)
                            .isTrue();
                    whole.add(path);
                }
            }
        }
        return whole;
    }

    /// How many bytes there are of what is not whole.
    private Map<String, Long> parts(LargeTree tree) throws IOException {
        Map<String, Long> parts = new HashMap<>();
        for (var path : tree.files().keySet()) {
            var part =
                    copy().resolve(Place.OWN)
                            .resolve("parts")
                            .resolve(key(tree.url(path).toString()) + ".part");
            var head = part.resolveSibling(part.getFileName().toString().replace("part", "head"));
            try {
                long length = Files.size(part);
                if (Files.exists(head)) {
                    parts.put(path, length);
                }
            } catch (NoSuchFileException e) {
                // nothing has come of it
            }
        }
        return parts;
    }

    private static String key(String url) throws IOException {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(digest.digest(url.getBytes(StandardCharsets.UTF_8)), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }
}
