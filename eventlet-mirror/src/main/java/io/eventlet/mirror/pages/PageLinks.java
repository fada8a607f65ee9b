// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.pages;

import io.eventlet.Eventlet;
import io.eventlet.http.client.HttpUrl;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// What a page of HTML or a style sheet has in it, each URL once, in the order of the page.
///
/// @param links where it leads: `a`, `area`, a refresh, `link` to what is next or another version;
///   without those that must not be followed (`nofollow`)
/// @param requisites what is needed to show it: images, scripts, style sheets and what these need,
///   frames, sounds
public record PageLinks(List<HttpUrl> links, List<HttpUrl> requisites) {
    private static final int READ_AT_ONCE = 256; // elements, until others have their turn
    private static final Pattern REFRESH =
            Pattern.compile(
                    "^[\\s\\d.]*[;,]?\\s*(?:url\\s*=\\s*)?['\"]?([^'\"]*)",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern CHARSET =
            Pattern.compile("charset\\s*=\\s*\"?([^\\s\";]+)", Pattern.CASE_INSENSITIVE);
    private static final Set<String> NEEDED =
            Set.of(
                    "stylesheet",
                    "icon",
                    "apple-touch-icon",
                    "mask-icon",
                    "manifest",
                    "preload",
                    "modulepreload");
    private static final Set<String> LEADING =
            Set.of(
                    "next",
                    "prev",
                    "alternate",
                    "help",
                    "contents",
                    "index",
                    "start",
                    "up",
                    "first",
                    "last",
                    "section",
                    "chapter",
                    "author",
                    "license",
                    "search");

    public PageLinks {
        links = List.copyOf(links);
        requisites = List.copyOf(requisites);
    }

    /// Whether a body is what this reads: a page of HTML or a style sheet, by its type.
    public static boolean isReadable(String contentType) {
        return isHtml(contentType) || isStyle(contentType);
    }

    public static boolean isHtml(String contentType) {
        return contentType.regionMatches(true, 0, "text/html", 0, 9)
                || contentType.regionMatches(true, 0, "application/xhtml", 0, 17);
    }

    public static boolean isStyle(String contentType) {
        return contentType.regionMatches(true, 0, "text/css", 0, 8);
    }

    /// What a body has in it.
    ///
    /// @param url what the body was asked for with
    /// @param contentType what the server says that the body is
    /// @param nofollow whether `nofollow`, of the page or a link, is obeyed
    public static PageLinks of(HttpUrl url, String contentType, byte[] body, boolean nofollow) {
        if (isStyle(contentType)) {
            return new PageLinks(List.of(), StyleLinks.of(url, text(contentType, body)));
        }
        return new Reading(url, document(contentType, body), nofollow).read();
    }

    private static String text(String contentType, byte[] body) {
        return new String(body, Charsets.of(charset(contentType)));
    }

    private static String charset(String contentType) {
        var charset = CHARSET.matcher(contentType);
        return charset.find() ? charset.group(1) : "";
    }

    /// Parsed in the charset of its type, else the one that it says itself.
    private static Document document(String contentType, byte[] body) {
        var charset = charset(contentType);
        try {
            return Jsoup.parse(
                    new ByteArrayInputStream(body), Charsets.isOne(charset) ? charset : null, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e); // of bytes in memory
        }
    }

    /// The walk over a page.
    private static final class Reading {
        private final Document document;
        private final boolean nofollow;
        private final HttpUrl base;
        private final Set<HttpUrl> links = new LinkedHashSet<>();
        private final Set<HttpUrl> requisites = new LinkedHashSet<>();

        private Reading(HttpUrl url, Document document, boolean nofollow) {
            this.document = document;
            this.nofollow = nofollow;
            var said = document.selectFirst("base[href]");
            var resolved = said == null ? null : References.resolve(url, said.attr("href"));
            base = resolved == null ? url : resolved;
        }

        private PageLinks read() {
            int read = 0;
            boolean follows = !nofollow || !isNofollow();
            for (var element : document.getAllElements()) {
                if (++read % READ_AT_ONCE == 0) {
                    Eventlet.yield();
                }
                readRequisites(element);
                if (follows) {
                    readLinks(element);
                }
            }
            return new PageLinks(List.copyOf(links), List.copyOf(requisites));
        }

        private boolean isNofollow() {
            return document.select("meta[name][content]").stream()
                    .filter(meta -> meta.attr("name").strip().equalsIgnoreCase("robots"))
                    .anyMatch(meta -> Directives.isNofollow(meta.attr("content")));
        }

        private void readLinks(Element element) {
            switch (element.normalName()) {
                case "a", "area" -> {
                    if (!nofollow || !relations(element).contains("nofollow")) {
                        add(links, element.attr("href"));
                    }
                }
                case "link" -> {
                    if (relations(element).stream().anyMatch(LEADING::contains)
                            && !isNeeded(element)) {
                        add(links, element.attr("href"));
                    }
                }
                case "meta" -> {
                    if (element.attr("http-equiv").strip().equalsIgnoreCase("refresh")) {
                        var refresh = REFRESH.matcher(element.attr("content"));
                        if (refresh.find()) {
                            add(links, refresh.group(1));
                        }
                    }
                }
                default -> {}
            }
        }

        private void readRequisites(Element element) {
            switch (element.normalName()) {
                case "img", "source" -> {
                    add(requisites, element.attr("src"));
                    SourceSet.of(element.attr("srcset")).forEach(src -> add(requisites, src));
                }
                case "script", "frame", "iframe", "embed", "audio", "track" ->
                        add(requisites, element.attr("src"));
                case "video" -> {
                    add(requisites, element.attr("src"));
                    add(requisites, element.attr("poster"));
                }
                case "input" -> {
                    if (element.attr("type").strip().equalsIgnoreCase("image")) {
                        add(requisites, element.attr("src"));
                    }
                }
                case "object" -> add(requisites, element.attr("data"));
                case "image", "use" -> {
                    add(requisites, element.attr("href"));
                    add(requisites, element.attr("xlink:href"));
                }
                case "link" -> {
                    if (isNeeded(element)) {
                        add(requisites, element.attr("href"));
                        SourceSet.of(element.attr("imagesrcset"))
                                .forEach(src -> add(requisites, src));
                    }
                }
                case "style" -> requisites.addAll(StyleLinks.of(base, element.data()));
                default -> {}
            }
            if (element.hasAttr("background")) {
                add(requisites, element.attr("background"));
            }
            if (element.hasAttr("style")) {
                requisites.addAll(StyleLinks.of(base, element.attr("style")));
            }
        }

        private static boolean isNeeded(Element link) {
            return relations(link).stream().anyMatch(NEEDED::contains);
        }

        private static List<String> relations(Element element) {
            return List.of(element.attr("rel").strip().toLowerCase(Locale.ROOT).split("\\s+"));
        }

        private void add(Set<HttpUrl> urls, String reference) {
            var url = References.resolve(base, reference);
            if (url != null) {
                urls.add(url);
            }
        }
    }
}
