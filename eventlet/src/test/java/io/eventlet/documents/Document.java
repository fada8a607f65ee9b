// SPDX-License-Identifier: Apache-2.0
package io.eventlet.documents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A Markdown file of the project.
record Document(String name, List<String> lines) {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern GIVEN = Pattern.compile("<!-- given: (.*) -->");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");

    static Document of(String name) throws IOException {
        return new Document(name, Files.readAllLines(ROOT.resolve(name)));
    }

    /// Those at the top of the tree and those under `docs`.
    static List<Document> all() throws IOException {
        var documents = new ArrayList<Document>();
        try (var top = Files.list(ROOT);
                var below = Files.walk(ROOT.resolve("docs"))) {
            for (var path : Stream.concat(top, below).sorted().toList()) {
                if (path.toString().endsWith(".md")) {
                    documents.add(of(ROOT.relativize(path).toString()));
                }
            }
        }
        return documents;
    }

    /// Its blocks of Java. Members that a block uses may be declared in a comment before it.
    List<Snippet> snippets() {
        var snippets = new ArrayList<Snippet>();
        String given = "";
        for (int i = 0; i < lines.size(); i++) {
            var declared = GIVEN.matcher(lines.get(i));
            if (declared.matches()) {
                given += declared.group(1) + " ";
            } else if (lines.get(i).equals("```java")) {
                int begin = i + 1;
                int end = begin + lines.subList(begin, lines.size()).indexOf("```");
                snippets.add(new Snippet(name, begin + 1, given, lines.subList(begin, end)));
                given = "";
                i = end;
            }
        }
        return snippets;
    }

    /// The files of the tree that it links to and that are not there.
    List<String> brokenLinks() {
        var directory = ROOT.resolve(name).resolveSibling(".").normalize();
        return LINK.matcher(String.join("\n", lines))
                .results()
                .map((MatchResult link) -> link.group(1))
                .filter(target -> !Files.exists(directory.resolve(target)))
                .map(target -> name + ": " + target)
                .toList();
    }
}
