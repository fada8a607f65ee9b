// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.pages;

import io.eventlet.mirror.pages.Reference.Use;
import io.eventlet.mirror.pages.Tags.Attribute;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// The references of a page of HTML or XHTML, in its order.
final class PageReferences {
    private static final Pattern REFRESH =
            Pattern.compile(
                    "^[\\s\\d.]*[;,]?\\s*(?:url\\s*=\\s*)?['\"]?([^'\"]*)",
                    Pattern.CASE_INSENSITIVE);
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

    private final String page;
    private final boolean isXml;
    private final Tags tags;
    private final Consumer<? super Reference> found;
    private final Runnable turn;
    private boolean hasBase;

    private PageReferences(
            String page, boolean isXml, Consumer<? super Reference> found, Runnable turn) {
        this.page = page;
        this.isXml = isXml;
        this.found = found;
        this.turn = turn;
        tags = new Tags(page, isXml, turn);
    }

    /// Gives out all.
    ///
    /// @param turn is run again and again: for each piece of the page
    static void read(String page, boolean isXml, Consumer<? super Reference> found, Runnable turn) {
        var references = new PageReferences(page, isXml, found, turn);
        while (references.tags.next()) {
            references.readTag();
        }
    }

    /// What a page says about its references.
    ///
    /// @param base the text of its first `base`; empty if there is none
    /// @param isNofollow whether none of its links must be followed
    record Head(String base, boolean isNofollow) {}

    /// @param turn is run again and again: for each piece of the page
    static Head head(String page, boolean isXml, Runnable turn) {
        var tags = new Tags(page, isXml, turn);
        String base = null;
        boolean isNofollow = false;
        while (tags.next()) {
            if (tags.name().equals("base") && base == null && tags.attribute("href") != null) {
                base = tags.value("href");
            } else if (tags.name().equals("meta")
                    && tags.value("name").strip().equalsIgnoreCase("robots")) {
                isNofollow |= Directives.isNofollow(tags.value("content"));
            }
        }
        return new Head(base == null ? "" : base, isNofollow);
    }

    private void readTag() {
        for (var attribute : tags.attributes()) {
            read(attribute);
        }
        if (tags.name().equals("style")) {
            styleSheet();
        }
    }

    /// Reads an attribute; each by itself, so that all come in the order of the page.
    private void read(Attribute attribute) {
        switch (attribute.name()) {
            case "href", "xlink:href" -> readHref(attribute);
            case "src" -> readSource(attribute);
            case "poster" -> ofElement("video", attribute, Use.NEEDED);
            case "data" -> ofElement("object", attribute, Use.NEEDED);
            case "srcset" -> {
                if (tags.name().equals("img") || tags.name().equals("source")) {
                    set(attribute);
                }
            }
            case "imagesrcset" -> {
                if (tags.name().equals("link") && isNeeded(relations())) {
                    set(attribute);
                }
            }
            case "content" -> {
                boolean isRefresh =
                        tags.name().equals("meta")
                                && tags.value("http-equiv").strip().equalsIgnoreCase("refresh");
                if (isRefresh) {
                    readRefresh(attribute);
                }
            }
            case "integrity", "crossorigin" -> readGuard(attribute);
            case "background" -> whole(attribute, Use.NEEDED);
            case "action", "formaction", "cite", "longdesc" -> whole(attribute, Use.OTHER);
            case "style" -> style(tags.text(attribute), escaper(attribute));
            default -> {}
        }
    }

    private void readHref(Attribute attribute) {
        boolean isPlain = attribute.name().equals("href");
        switch (tags.name()) {
            case "a", "area" -> {
                boolean isFollowed = !relations().contains("nofollow");
                whole(attribute, isFollowed ? Use.LINK : Use.NOFOLLOW);
            }
            case "base" -> {
                if (isPlain && !hasBase) {
                    hasBase = true;
                    whole(attribute, Use.BASE);
                }
            }
            case "link" -> {
                if (isPlain) {
                    var relations = relations();
                    boolean leads = relations.stream().anyMatch(LEADING::contains);
                    var other = leads ? Use.LINK : Use.OTHER;
                    if (!tags.value("href").isBlank()) { // an empty one is none
                        whole(attribute, isNeeded(relations) ? Use.NEEDED : other);
                    }
                }
            }
            case "image", "use" -> graphic(attribute);
            default -> {}
        }
    }

    private void readSource(Attribute attribute) {
        switch (tags.name()) {
            case "img", "source", "script", "frame", "iframe", "embed", "audio", "track", "video" ->
                    whole(attribute, Use.NEEDED);
            case "image", "use" -> graphic(attribute);
            case "input" -> {
                boolean isImage = tags.value("type").strip().equalsIgnoreCase("image");
                whole(attribute, isImage ? Use.NEEDED : Use.OTHER);
            }
            default -> {}
        }
    }

    private void readRefresh(Attribute content) {
        var value = tags.text(content);
        var refresh = REFRESH.matcher(value.text());
        if (refresh.find() && !refresh.group(1).isBlank()) { // else the page itself
            add(Use.LINK, value, refresh.start(1), refresh.end(1), escaper(content));
        }
    }

    /// Browsers compare what the tag leads to with a hash, which conversion changes, or want leave
    /// of its server, which a file has not.
    private void readGuard(Attribute attribute) {
        var name =
                switch (tags.name()) {
                    case "link" -> "href";
                    case "script", "img", "audio", "video" -> "src";
                    default -> "";
                };
        var target = tags.value(name).strip();
        if (!target.isEmpty()) {
            found.accept(
                    new Reference(
                            Use.GUARD,
                            target,
                            attribute.start(),
                            attribute.end(),
                            UnaryOperator.identity()));
        }
    }

    private static boolean isNeeded(List<String> relations) {
        return relations.stream().anyMatch(NEEDED::contains);
    }

    private List<String> relations() {
        return List.of(tags.value("rel").strip().toLowerCase(Locale.ROOT).split("\\s+"));
    }

    private void ofElement(String element, Attribute attribute, Use use) {
        if (tags.name().equals(element)) {
            whole(attribute, use);
        }
    }

    /// An attribute that is a reference.
    private void whole(Attribute attribute, Use use) {
        var value = tags.text(attribute);
        add(use, value, 0, value.text().length(), escaper(attribute));
    }

    /// As [#whole] for a part of a picture: a fragment alone is of the page itself, whatever its
    /// base.
    private void graphic(Attribute attribute) {
        if (!tags.value(attribute.name()).strip().startsWith("#")) {
            whole(attribute, Use.NEEDED);
        }
    }

    private void set(Attribute attribute) {
        var value = tags.text(attribute);
        SourceSet.read(
                value.text(), (from, to) -> add(Use.NEEDED, value, from, to, escaper(attribute)));
    }

    private void add(Use use, Unescaped value, int from, int to, UnaryOperator<String> escape) {
        turn.run();
        int start = from;
        int end = to;
        while (start < end && value.text().charAt(start) <= ' ') {
            start++;
        }
        while (end > start && value.text().charAt(end - 1) <= ' ') {
            end--;
        }
        found.accept(
                new Reference(
                        use,
                        value.text().substring(start, end),
                        value.place(start),
                        value.place(end),
                        escape));
    }

    private void styleSheet() {
        int from = tags.textStart();
        int to = tags.textEnd();
        boolean isEscaped = isXml && page.indexOf("<![CDATA[", from, to) < 0;
        style(
                isEscaped ? Unescaped.of(page, from, to, turn) : Unescaped.plain(page, from, to),
                isEscaped ? PageReferences::escaped : UnaryOperator.identity());
    }

    private void style(Unescaped style, UnaryOperator<String> escape) {
        StyleLinks.read(
                style.text(),
                one ->
                        found.accept(
                                new Reference(
                                        Use.NEEDED,
                                        one.text(),
                                        style.place(one.from()),
                                        style.place(one.to()),
                                        text -> escape.apply(one.escape().apply(text)))),
                turn);
    }

    private static UnaryOperator<String> escaper(Attribute attribute) {
        return switch (attribute.quote()) {
            case '=' -> text -> "=\"" + escaped(text) + "\"";
            case ' ' -> text -> text.isEmpty() ? "\"\"" : escaped(text);
            default -> PageReferences::escaped;
        };
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;")
                .replace("<", "&lt;")
                .replace(">", "&gt;");
    }
}
