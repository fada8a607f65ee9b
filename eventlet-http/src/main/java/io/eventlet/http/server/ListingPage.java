// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// The page that lists a directory: plain HTML and CSS, without scripts.
final class ListingPage {
    /// What such a page may load: nothing but its own style.
    static final String POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

    private static final int MOST_ENTRIES = 10_000;
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB");
    private static final DateTimeFormatter SHOWN =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Comparator<Entry> BY_NAME =
            Comparator.comparing(Entry::name, String.CASE_INSENSITIVE_ORDER)
                    .thenComparing(Entry::name);

    private static final String STYLE =
            """
            :root{color-scheme:light dark;--line:#d8dee4;--dim:#59636e;--link:#0757b8;--back:#fff;\
            --over:#f3f6f9;--text:#1b1f24}
            @media(prefers-color-scheme:dark){:root{--line:#30363d;--dim:#9198a1;--link:#79b8ff;\
            --back:#0d1117;--over:#161b22;--text:#e6edf3}}
            *{box-sizing:border-box}
            body{margin:0;background:var(--back);color:var(--text);\
            font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
            main{max-width:60rem;margin:0 auto;padding:1.25rem 1rem 3rem}
            h1{font-size:1.25rem;font-weight:600;margin:0 0 1rem;overflow-wrap:anywhere}
            a{color:var(--link);text-decoration:none}
            a:hover,a:focus-visible{text-decoration:underline}
            h1 span{color:var(--dim);font-weight:400;padding:0 .3rem}
            table{width:100%;border-collapse:collapse}
            th{text-align:left;font-weight:600;font-size:.875rem}
            th a{color:var(--dim);display:inline-block;padding:.5rem 0}
            th,td{border-bottom:1px solid var(--line);padding:0 .5rem}
            tbody tr:hover{background:var(--over)}
            td:first-child{overflow-wrap:anywhere}
            td:first-child a{display:block;padding:.5rem 0}
            .d a{font-weight:600}
            .s,.t{text-align:right;white-space:nowrap;color:var(--dim);\
            font-variant-numeric:tabular-nums;font-size:.875rem}
            footer{color:var(--dim);font-size:.875rem;padding:.75rem .5rem}
            @media(max-width:36rem){main{padding:1rem .25rem 2rem}
            tr{display:grid;grid-template-columns:1fr auto;border-bottom:1px solid var(--line)}
            th,td{border:0}
            td:first-child a{padding-bottom:0}
            td.s{padding-top:.6rem}
            .t{grid-column:1/3;text-align:left;padding-bottom:.4rem}}
            """;

    /// By what it is sorted, as in `?sort=`: with a minus sign, from the last to the first.
    private record Column(String key, String title, Comparator<Entry> order) {}

    private static final List<Column> COLUMNS =
            List.of(
                    new Column("name", "Name", BY_NAME),
                    new Column("size", "Size", Comparator.comparingLong(Entry::size)),
                    new Column("time", "Modified", Comparator.comparing(Entry::modified)));

    private record Entry(String name, boolean isFolder, long size, Instant modified) {}

    private final RequestedPath path;
    private final String prefix;
    private final List<Entry> entries;
    private final Column column;
    private final boolean backwards;
    private final StringBuilder html = new StringBuilder();

    private ListingPage(
            RequestedPath path,
            String prefix,
            List<Entry> entries,
            Column column,
            boolean backwards) {
        this.path = path;
        this.prefix = prefix;
        this.entries = entries;
        this.column = column;
        this.backwards = backwards;
    }

    /// Reads a directory and makes its page. Blocks.
    static String of(
            FileFinder.Found.Folder folder,
            FileSettings settings,
            FileFinder finder,
            @Nullable String sort)
            throws IOException {
        boolean backwards = sort != null && sort.startsWith("-");
        var key = sort == null ? "" : sort.substring(backwards ? 1 : 0);
        var column = COLUMNS.getFirst();
        for (var each : COLUMNS) {
            column = each.key.equals(key) ? each : column;
        }
        var order = column.order;
        var entries = entries(folder.path(), settings, finder);
        entries.sort(
                Comparator.comparing(Entry::isFolder, Comparator.reverseOrder())
                        .thenComparing(backwards ? order.reversed() : order)
                        .thenComparing(BY_NAME));
        return new ListingPage(folder.requested(), settings.prefix(), entries, column, backwards)
                .page();
    }

    private static List<Entry> entries(Path folder, FileSettings settings, FileFinder finder)
            throws IOException {
        var entries = new ArrayList<Entry>();
        try (var paths = Files.newDirectoryStream(folder)) {
            for (var path : paths) {
                var name = path.getFileName().toString();
                if (settings.hidden() || !RequestedPath.isHidden(name)) {
                    var entry = entry(path, name, finder);
                    if (entry != null) {
                        entries.add(entry);
                    }
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return entries;
    }

    /// Null for what would not be served, or has gone.
    private static @Nullable Entry entry(Path path, String name, FileFinder finder) {
        try {
            var attributes =
                    Files.readAttributes(
                            path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isSymbolicLink()) {
                var real = path.toRealPath();
                if (!finder.isAllowed(real)) {
                    return null;
                }
                attributes = Files.readAttributes(real, BasicFileAttributes.class);
            }
            if (!attributes.isDirectory() && !attributes.isRegularFile()) {
                return null;
            }
            return new Entry(
                    name,
                    attributes.isDirectory(),
                    attributes.isDirectory() ? 0 : attributes.size(),
                    attributes.lastModifiedTime().toInstant());
        } catch (IOException e) {
            return null;
        }
    }

    private String page() {
        var shown = "/" + String.join("/", path.names());
        html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n")
                .append("<title>")
                .append(escaped(shown))
                .append("</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n<main>\n");
        writePath();
        html.append("<table>\n<thead>\n<tr>");
        for (var each : COLUMNS) {
            writeHeading(each);
        }
        html.append("</tr>\n</thead>\n<tbody>\n");
        if (!path.names().isEmpty()) {
            html.append("<tr class=\"d\"><td><a href=\"../\">..</a></td>")
                    .append("<td class=\"s\"></td><td class=\"t\"></td></tr>\n");
        }
        entries.stream().limit(MOST_ENTRIES).forEach(this::write);
        html.append("</tbody>\n</table>\n<footer>");
        writeCount();
        return html.append("</footer>\n</main>\n</body>\n</html>\n").toString();
    }

    private void writePath() {
        var url = new StringBuilder(prefix).append('/');
        html.append("<h1><a href=\"").append(escaped(url.toString())).append("\">files</a>");
        for (var name : path.names()) {
            url.append(Percent.encode(name)).append('/');
            html.append("<span>/</span><a href=\"")
                    .append(escaped(url.toString()))
                    .append("\">")
                    .append(escaped(name))
                    .append("</a>");
        }
        html.append("</h1>\n");
    }

    private void writeHeading(Column each) {
        boolean isSorted = each.equals(column);
        html.append("<th class=\"")
                .append(each.key.charAt(0))
                .append('"')
                .append(
                        !isSorted
                                ? ""
                                : backwards
                                        ? " aria-sort=\"descending\""
                                        : " aria-sort=\"ascending\"")
                .append("><a href=\"?sort=")
                .append(isSorted && !backwards ? "-" : "")
                .append(each.key)
                .append("\">")
                .append(each.title)
                .append(!isSorted ? "" : backwards ? " ↓" : " ↑")
                .append("</a></th>");
    }

    private void write(Entry entry) {
        var slash = entry.isFolder ? "/" : "";
        html.append(entry.isFolder ? "<tr class=\"d\"><td><a href=\"" : "<tr><td><a href=\"")
                .append(Percent.encode(entry.name))
                .append(slash)
                .append("\">")
                .append(escaped(entry.name))
                .append(slash)
                .append("</a></td><td class=\"s\"");
        if (!entry.isFolder) {
            html.append(" title=\"%s bytes\">".formatted(grouped(entry.size)))
                    .append(size(entry.size));
        } else {
            html.append('>');
        }
        html.append("</td><td class=\"t\"><time datetime=\"")
                .append(entry.modified)
                .append("\" title=\"")
                .append(entry.modified)
                .append("\">")
                .append(SHOWN.format(entry.modified))
                .append("</time></td></tr>\n");
    }

    private void writeCount() {
        long folders = entries.stream().filter(Entry::isFolder).count();
        long files = entries.size() - folders;
        long bytes = entries.stream().mapToLong(Entry::size).sum();
        html.append(
                "%s %s, %s %s, %s"
                        .formatted(
                                grouped(folders),
                                folders == 1 ? "folder" : "folders",
                                grouped(files),
                                files == 1 ? "file" : "files",
                                size(bytes)));
        if (entries.size() > MOST_ENTRIES) {
            html.append("; the first %s of them are shown".formatted(grouped(MOST_ENTRIES)));
        }
        html.append(". Times are UTC.");
    }

    /// As people read it.
    static String size(long bytes) {
        int unit = 0;
        double n = bytes;
        while (n >= 1023.95 && unit < UNITS.size() - 1) {
            n /= 1024;
            unit++;
        }
        return unit == 0
                ? bytes + " B"
                : String.format(Locale.ROOT, n < 9.995 ? "%.1f %s" : "%.0f %s", n, UNITS.get(unit));
    }

    private static String grouped(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    static String escaped(String text) {
        var escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c < ' ' || Character.isISOControl(c) ? '\ufffd' : c);
            }
        }
        return escaped.toString();
    }
}
