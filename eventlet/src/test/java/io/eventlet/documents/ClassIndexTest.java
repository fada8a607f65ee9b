// SPDX-License-Identifier: Apache-2.0
package io.eventlet.documents;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// `docs/classes.md`, which says in which package each public type is, compared with the sources:
/// after an intended change it is written anew with `-Dapi.update=true`.
@Tag("hub-only") // once is enough
@Timeout(60)
class ClassIndexTest {
    private static final String PAGE = "docs/classes.md";
    private static final Path LIBRARY = Path.of("src/main/java");
    private static final Path TESTING = Document.ROOT.resolve("eventlet-testing/src/main");
    private static final Path PATCH = Document.ROOT.resolve("eventlet-patch/src/main/java");
    private static final Path WEB = Document.ROOT.resolve("eventlet-http/src/main/java");
    private static final Path DATABASES = Document.ROOT.resolve("eventlet-db/src/main/java");
    private static final Path NAMES = Document.ROOT.resolve("eventlet-dns/src/main/java");
    private static final Path JDK_SERVER = Document.ROOT.resolve("eventlet-http-jdk/src/main/java");
    private static final Path MIRROR = Document.ROOT.resolve("eventlet-mirror/src/main/java");
    private static final Path WORKERS =
            Document.ROOT.resolve("eventlet-mirror-postgresql/src/main/java");
    private static final Path SPARK = Document.ROOT.resolve("eventlet-spark/src/main/java");
    private static final Pattern EXPORTED = Pattern.compile("(?m)^ *exports ([\\w.]+);");
    private static final Pattern PUBLIC_TYPE =
            Pattern.compile(
                    "(?m)((?:^///.*\\n)+)(?:@.*\\n)*public [\\w"
                            + " -]*?(?:class|interface|record|enum|@interface) (\\w+)");
    private static final Pattern PACKAGE =
            Pattern.compile("((?:^///.*\\n)+)(?:@.*\\n)*package ", Pattern.MULTILINE);
    private static final Pattern SENTENCE = Pattern.compile("(?s)(.*?[.!?])(?=\\s|$).*");

    @Test
    void namesEachPublicTypeWithItsPackage() throws IOException {
        var page = Document.of(PAGE).lines();
        var head = page.subList(0, page.indexOf("<!-- types -->") + 1);
        var expected = new ArrayList<>(head);
        expected.addAll(index(LIBRARY, LIBRARY.resolve("module-info.java")));
        expected.addAll(index(PATCH, PATCH.resolve("module-info.java")));
        expected.addAll(index(TESTING.resolve("java"), TESTING.resolve("module/module-info.java")));
        expected.addAll(index(WEB, WEB.resolve("module-info.java")));
        expected.addAll(index(DATABASES, DATABASES.resolve("module-info.java")));
        expected.addAll(index(NAMES, NAMES.resolve("module-info.java")));
        expected.addAll(index(JDK_SERVER, JDK_SERVER.resolve("module-info.java")));
        expected.addAll(index(MIRROR, MIRROR.resolve("module-info.java")));
        expected.addAll(index(WORKERS, WORKERS.resolve("module-info.java")));
        expected.addAll(index(SPARK, List.of("io.eventlet.spark"))); // no module

        if (Boolean.getBoolean("api.update")) {
            Files.write(Document.ROOT.resolve(PAGE), expected);
        }

        assertThat(Document.of(PAGE).lines())
                .as("if the change is meant, run the test with -Dapi.update=true and commit")
                .isEqualTo(expected);
    }

    @Test
    void allLogUnderOneName() throws IOException {
        var loggers = new ArrayList<String>();
        for (var root : List.of(LIBRARY, DATABASES, NAMES, WEB)) {
            try (var files = Files.walk(root)) {
                for (var file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    Pattern.compile("getLogger\\(.*?\\)")
                            .matcher(Files.readString(file))
                            .results()
                            .map(MatchResult::group)
                            .forEach(loggers::add);
                }
            }
        }

        assertThat(loggers).isNotEmpty().containsOnly("getLogger(\"io.eventlet\")");
    }

    /// A heading and a table for each exported package.
    private static List<String> index(Path sources, Path descriptor) throws IOException {
        return index(sources, exported(descriptor));
    }

    private static List<String> index(Path sources, List<String> packages) throws IOException {
        var lines = new ArrayList<String>();
        for (var name : packages) {
            var directory = sources.resolve(name.replace('.', '/'));
            lines.add("");
            lines.add("## " + name);
            lines.add("");
            lines.add(sentence(PACKAGE, directory.resolve("package-info.java")));
            lines.add("");
            lines.add("| | |");
            lines.add("|---|---|");
            for (var type : types(directory).entrySet()) {
                lines.add("| `%s` | %s |".formatted(type.getKey(), type.getValue()));
            }
        }
        return lines;
    }

    private static List<String> exported(Path descriptor) throws IOException {
        return EXPORTED.matcher(Files.readString(descriptor))
                .results()
                .map(export -> export.group(1))
                .toList();
    }

    /// The first sentence about each type.
    private static SortedMap<String, String> types(Path directory) throws IOException {
        var types = new TreeMap<String, String>();
        try (var files = Files.list(directory)) {
            for (var file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                var type = PUBLIC_TYPE.matcher(Files.readString(file));
                if (type.find()) {
                    types.put(type.group(2), firstSentence(type.group(1)));
                }
            }
        }
        return types;
    }

    private static String sentence(Pattern pattern, Path file) throws IOException {
        var found = pattern.matcher(Files.readString(file));
        assertThat(found.find()).as("what is said of %s", file).isTrue();
        return firstSentence(found.group(1));
    }

    private static String firstSentence(String documentation) {
        var paragraph =
                documentation
                        .lines()
                        .map(line -> line.substring(3).strip())
                        .takeWhile(line -> !line.isEmpty())
                        .collect(Collectors.joining(" "));
        var sentence = SENTENCE.matcher(paragraph);
        return (sentence.matches() ? sentence.group(1) : paragraph)
                .replaceAll("\\[([^]]+)](?!\\()", "`$1`")
                .replaceAll("`[a-z.]+\\.([A-Z]\\w+)`", "`$1`")
                .replace("|", "\\|");
    }
}
