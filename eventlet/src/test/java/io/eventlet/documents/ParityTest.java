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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What `docs/parity.md` claims, as far as a program can tell: it names a verdict for everything,
/// tests that are there, and methods that are public.
@Tag("hub-only") // once is enough
@Timeout(60)
class ParityTest {
    private static final String NOT_YET = "not yet";
    private static final Set<String> WITHOUT_TEST = Set.of(NOT_YET, "not applicable");
    private static final Set<String> WITH_TEST = Set.of("same", "better", "differs");
    private static final Pattern TESTS = Pattern.compile("`\\w+\\.\\w+`(, `\\w+\\.\\w+`)*");
    private static final Pattern MEMBER = Pattern.compile("\\b([A-Z]\\w+)\\.(\\w+)");
    private static final Pattern TYPE = Pattern.compile("^public .*?io\\.eventlet\\.[a-z.]*(\\w+)");

    /// A row of a table: a thing and its test, or a test of theirs and one of ours.
    private record Row(int line, List<String> header, List<String> cells) {
        String cell(String column) {
            int index = header.indexOf(column);
            return index < 0 || index >= cells.size() ? "" : cells.get(index);
        }

        boolean needsTest() {
            return !WITHOUT_TEST.contains(cell("verdict")) && !cell("test").equals(NOT_YET);
        }

        @Override
        public String toString() {
            return "line " + line + ": " + cells;
        }
    }

    private static List<Row> rows() throws IOException {
        var lines = Document.of("docs/parity.md").lines();
        var rows = new ArrayList<Row>();
        List<String> header = List.of();
        for (int i = 0; i < lines.size(); i++) {
            if (i + 1 < lines.size() && lines.get(i + 1).startsWith("|---")) {
                header = cells(lines.get(i));
            } else if (lines.get(i).startsWith("| ")) {
                rows.add(new Row(i + 1, header, cells(lines.get(i))));
            }
        }
        return rows;
    }

    private static List<String> cells(String line) {
        return Stream.of(line.substring(1).split("\\|")).map(String::strip).toList();
    }

    @Test
    void everyRowHasAVerdictAndAsManyCellsAsItsTableHasColumns() throws IOException {
        var rows = rows();

        var wrong = rows.stream().filter(row -> !isWellFormed(row));

        assertThat(rows).hasSizeGreaterThan(200);
        assertThat(wrong).isEmpty();
    }

    private static boolean isWellFormed(Row row) {
        var verdict = row.cell("verdict");
        return row.cells().size() == row.header().size()
                && (!row.header().contains("verdict")
                        || WITH_TEST.contains(verdict)
                        || WITHOUT_TEST.contains(verdict));
    }

    @Test
    void testsThatAreNamedExist() throws IOException {
        var sources = tests();
        var missing = new ArrayList<String>();

        for (var row : rows()) {
            if (row.needsTest() && !TESTS.matcher(row.cell("test")).matches()) {
                missing.add(row + ": no test");
            }
            MEMBER.matcher(row.cell("test"))
                    .results()
                    .filter(test -> !isIn(sources, test))
                    .forEach(test -> missing.add("line " + row.line() + ": " + test.group()));
        }

        assertThat(missing).isEmpty();
    }

    private static boolean isIn(Map<String, String> sources, MatchResult test) {
        return sources.getOrDefault(test.group(1), "").contains(" void " + test.group(2) + "(");
    }

    /// The sources of all tests, by the names of their classes.
    private static Map<String, String> tests() throws IOException {
        var sources = new HashMap<String, String>();
        for (var module :
                List.of(
                        "eventlet",
                        "eventlet-patch",
                        "eventlet-db",
                        "eventlet-http",
                        "eventlet-mirror",
                        "eventlet-mirror-postgresql",
                        "eventlet-spark",
                        "eventlet-dns",
                        "eventlet-cli",
                        "examples",
                        "library-tests")) {
            var root = Document.ROOT.resolve(module).resolve("src/test/java");
            try (var files = Files.walk(root)) {
                for (var file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    var name = file.getFileName().toString().replace(".java", "");
                    sources.merge(name, Files.readString(file), String::concat);
                }
            }
        }
        return sources;
    }

    @Test
    void membersOfOursThatAreNamedArePublic() throws IOException {
        var api = publicMembers();
        var unknown = new ArrayList<String>();

        for (var row : rows()) {
            if (!row.cell("verdict").equals(NOT_YET)) {
                MEMBER.matcher(row.cell("here"))
                        .results()
                        .filter(named -> api.containsKey(named.group(1)))
                        .filter(named -> !isMember(api, named))
                        .forEach(named -> unknown.add("line " + row.line() + ": " + named.group()));
            }
        }

        assertThat(unknown).isEmpty();
    }

    private static boolean isMember(Map<String, String> api, MatchResult named) {
        return api.getOrDefault(named.group(1), "").contains(" " + named.group(2) + "(");
    }

    /// The members of each public type, as the record of the public API has them.
    private static Map<String, String> publicMembers() throws IOException {
        var members = new HashMap<String, String>();
        var type = "";
        var api = Path.of("src", "test", "resources", "public-api.txt");
        for (var line : Files.readAllLines(api)) {
            var declared = TYPE.matcher(line);
            if (declared.find()) {
                type = declared.group(1);
            }
            members.merge(type, line + "\n", String::concat);
        }
        return members;
    }
}
