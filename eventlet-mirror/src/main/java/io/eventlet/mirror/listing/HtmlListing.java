// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.listing;

import io.eventlet.Eventlet;
import io.eventlet.http.client.HttpUrl;

import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.parser.Parser;
import org.jsoup.parser.StreamParser;
import org.jsoup.select.Evaluator;
import org.jsoup.select.Selector;
import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// A listing in HTML.
///
/// The page is read element by element, as bytes, each a character, whatever its encoding: a link
/// to a file has the bytes of its name, which the server wants to see again. Links are of four
/// kinds. Those that sort lead to the same path with a query; those to a parent lead upwards;
/// entries lead below; all others are decoration. A link whose text is the whole name that it leads
/// to is a proof that the page lists files, and so is a title. Without a title most links must be
/// such proofs.
final class HtmlListing {
    private static final int READ_AT_ONCE = 256; // elements, until others have their turn
    private static final Evaluator HEADING = Selector.evaluatorOf("h1");
    private static final Evaluator READ = Selector.evaluatorOf("a[href], title, h1");
    private static final Pattern TITLE =
            Pattern.compile(
                    "^\\s*(index of|directory listing|listing of|directory:|folder:|contents of"
                            + "|index - powered by h5ai|tdsstaticcatalog|catalog |hfs\\b)"
                            + "|^\\S+ - /.*/\\s*$" // IIS: host - /path/
                            + "|^/.*/\\s*$|^/$", // Caddy: the path
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern CUT_NAME =
            Pattern.compile("(\\.\\.\\.?|\\.\\.>|\u00e2\u0080\u00a6)$");
    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final Pattern SORT =
            Pattern.compile("[CNMSD]=[A-Z]([;&]O=[AD])?|(sort|order|O)=.*");

    private final HttpUrl url;
    private final String directory;
    private boolean hfs; // as the title says, which comes first
    private final EntrySet entries;
    private int proofs;
    private int others;
    private boolean parent;
    private @Nullable String title;
    private @Nullable String heading;

    private HtmlListing(HttpUrl url, int bytes) {
        this.url = url;
        entries = new EntrySet(bytes);
        var path = url.path();
        directory = path.substring(0, path.lastIndexOf('/') + 1);
    }

    static @Nullable Listing read(HttpUrl url, byte[] body) {
        if (!isDirectory(url.path())) {
            return null; // whatever it says
        }
        var listing = new HtmlListing(url, body.length);
        int read = 0;
        var page =
                new InputStreamReader(new ByteArrayInputStream(body), StandardCharsets.ISO_8859_1);
        try (var parser = new StreamParser(Parser.htmlParser()).parse(page, "")) {
            for (var next = parser.selectNext(READ); next != null; next = parser.selectNext(READ)) {
                listing.read(next);
                if (++read % READ_AT_ONCE == 0) {
                    Eventlet.yield();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // of bytes in memory
        }
        return listing.isOne() ? new Listing(listing.entries.all(), null) : null;
    }

    private void read(Element element) {
        switch (element.normalName()) {
            case "title" -> {
                title = title == null ? element.text() : title;
                hfs = title.startsWith("HFS");
            }
            case "h1" -> heading = heading == null ? element.text() : heading;
            default -> add(element);
        }
        if (element.closest(HEADING) == null) { // else its text is still needed
            forgetWhatIsBefore(element);
        }
    }

    /// A directory may have a hundred thousand entries, of which nobody needs the elements once
    /// they have been read.
    private static void forgetWhatIsBefore(Element element) {
        for (Node node = element; node != null && node.parent() != null; node = node.parent()) {
            for (var before = node.previousSibling(); before != null; ) {
                before.remove();
                before = node.previousSibling();
            }
        }
    }

    private boolean isOne() {
        if (isTitle(title) || isTitle(heading)) {
            return !entries.isEmpty() || parent || others == 0;
        }
        return proofs > 0 && proofs >= 4 * (others + unproved());
    }

    private static boolean isDirectory(String path) {
        return path.endsWith("/") || path.endsWith("/catalog.html");
    }

    private int unproved() {
        return Math.max(0, entries.size() - proofs);
    }

    private static boolean isTitle(@Nullable String text) {
        return text != null && TITLE.matcher(text).find();
    }

    private void add(Element link) {
        var href = link.attr("href").strip();
        if (href.isEmpty() || href.startsWith("#") || isScript(href) || entries.isTooLong(href)) {
            return;
        }
        var text = link.text().strip();
        var target = resolve(href, text);
        if (target == null) {
            others++;
            return;
        }
        var path = target.path();
        if (target.isSameOrigin(url) && path.equals(url.path())) {
            return; // sorts, or leads to itself
        }
        if (target.isSameOrigin(url) && isBelow(path)) {
            if (isSort(target) || isCommand(path, text)) {
                return;
            }
            if (isName(text, path) && entries.add(target)) {
                proofs++;
            } else {
                entries.add(target);
            }
        } else if ((target.isSameOrigin(url) && directory.startsWith(path)) || isParent(text)) {
            parent = true;
        } else {
            others++;
        }
    }

    /// What a link out of the directory is called that leads to the one above. A file in it may be
    /// called so, too.
    private static boolean isParent(String text) {
        return text.equals("..")
                || text.equals("../")
                || text.equalsIgnoreCase("parent directory")
                || text.equalsIgnoreCase("[to parent directory]");
    }

    private static boolean isScript(String href) {
        return href.regionMatches(true, 0, "javascript:", 0, 11)
                || href.regionMatches(true, 0, "mailto:", 0, 7)
                || href.regionMatches(true, 0, "data:", 0, 5);
    }

    /// Where a link leads. Where its text is the whole of it, what looks like a query, a fragment,
    /// a scheme or a broken escape is a part of the name, which the server has not escaped.
    private @Nullable HttpUrl resolve(String href, String text) {
        var reference = Escapes.ascii(href);
        if (text.equals(href) && isOneName(href)) {
            reference = "./" + Escapes.ascii(literal(href));
        } else {
            reference = brokenEscapes(reference);
        }
        try {
            return url.resolve(reference);
        } catch (IllegalArgumentException e) {
            return null; // of another scheme, or none at all
        }
    }

    /// Whether there is no slash in it but perhaps at its end.
    private static boolean isOneName(String href) {
        int slash = href.indexOf('/');
        return slash < 0 || (slash == href.length() - 1 && !href.equals("/"));
    }

    private static String literal(String name) {
        return brokenEscapes(name).replace("#", "%23").replace("?", "%3F");
    }

    private static String brokenEscapes(String reference) {
        var result = new StringBuilder(reference.length());
        for (int i = 0; i < reference.length(); i++) {
            char c = reference.charAt(i);
            if (c == '%' && !Escapes.isOne(reference, i)) {
                result.append("%25");
            } else {
                result.append(c);
            }
        }
        return result.toString();
    }

    private boolean isBelow(String path) {
        return path.length() > directory.length() && path.startsWith(directory);
    }

    /// A query alone behind a name of a listing: `index.html?C=N;O=D`.
    private static boolean isSort(HttpUrl target) {
        var query = target.query();
        return query != null && SORT.matcher(query).matches();
    }

    /// Whether it has the server do something, such as `~login`, or an archive of it all,
    /// `~folder.tar`: so HFS has it.
    private boolean isCommand(String path, String text) {
        return hfs && path.startsWith("~", directory.length()) && !isName(text, path);
    }

    /// Whether a text is the name of what a path leads to, perhaps cut.
    private boolean isName(String text, String path) {
        var rest = Escapes.decoded(path.substring(directory.length()));
        var name = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
        var shown = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        if (shown.isEmpty()) {
            return false;
        }
        int slash = name.indexOf('/');
        var first = slash < 0 ? name : name.substring(0, slash); // name/catalog.html
        var words = SPACES.matcher(first.strip()).replaceAll(" ");
        if (shown.equals(words)) {
            return true;
        }
        var cut = CUT_NAME.matcher(shown).replaceFirst("");
        return cut.length() < shown.length() && cut.length() > 3 && words.startsWith(cut);
    }
}
