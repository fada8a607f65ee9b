// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.pages;

import io.eventlet.http.client.HttpUrl;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.util.function.Function;

/// A page or a style sheet whose references are written in another way. Nothing else of it changes:
/// it is edited where they are, byte by byte, and keeps its charset.
public final class PageEdits {
    private final PageText page;
    private final HttpUrl base;
    private final boolean hasBase;
    private final int most;
    private final Function<? super HttpUrl, @Nullable String> paths;
    private final TextPlaces places;
    private @Nullable ByteArrayOutputStream result; // as soon as something changes
    private int at; // how much of the body is in the result
    private boolean isTooLarge;

    private PageEdits(
            PageText page,
            HttpUrl base,
            boolean hasBase,
            int most,
            Function<? super HttpUrl, @Nullable String> paths) {
        this.page = page;
        this.base = base;
        this.hasBase = hasBase;
        this.most = most;
        this.paths = paths;
        places = page.places();
    }

    /// The body with other references: each is a path if there is one for it, else the URL that it
    /// means. The same array if nothing changes, null if it would have too many bytes.
    ///
    /// @param url what the body was asked for with
    /// @param contentType what the server says that the body is
    /// @param most how many bytes the result may have: a body of nothing but references may become
    ///   many times as large
    /// @param paths the path, escaped as in a URL, that leads to what a URL means; null for none
    public static byte @Nullable [] of(
            HttpUrl url,
            String contentType,
            byte[] body,
            int most,
            Function<? super HttpUrl, @Nullable String> paths) {
        var page = PageText.of(contentType, body);
        if (PageLinks.isStyle(contentType)) {
            var edits = new PageEdits(page, url, false, most, paths);
            StyleLinks.read(page.text(), edits::add, () -> {});
            return edits.applied();
        }
        boolean isXml = PageLinks.isXhtml(contentType);
        var head = PageReferences.head(page.text(), isXml, () -> {});
        var base = References.resolve(url, head.base());
        var edits = new PageEdits(page, base == null ? url : base, base != null, most, paths);
        PageReferences.read(page.text(), isXml, edits::add, () -> {});
        return edits.applied();
    }

    private void add(Reference reference) {
        if (isTooLarge) {
            return;
        }
        var text =
                switch (reference.use()) {
                    case BASE -> "";
                    case GUARD -> isPath(reference) ? "" : null;
                    case LINK, NOFOLLOW, NEEDED, OTHER -> written(reference);
                };
        if (text != null && !text.equals(reference.text())) {
            replace(reference, page.encoded(reference.escape().apply(text)));
        }
    }

    /// How a reference is to be written; null if it stays as it is.
    private @Nullable String written(Reference reference) {
        var url = References.meant(base, hasBase, reference);
        if (url == null) {
            return null;
        }
        var path = paths.apply(url);
        if (path == null && isAbsolute(reference.text())) {
            return null;
        }
        return (path == null ? url.toString() : path) + fragment(reference.text());
    }

    private boolean isPath(Reference reference) {
        var url = References.meant(base, hasBase, reference);
        return url != null && paths.apply(url) != null;
    }

    private static boolean isAbsolute(String reference) {
        return reference.regionMatches(true, 0, "http:", 0, 5)
                || reference.regionMatches(true, 0, "https:", 0, 6);
    }

    private static String fragment(String reference) {
        int hash = reference.indexOf('#');
        return hash < 0 ? "" : References.escaped(reference.substring(hash));
    }

    private void replace(Reference reference, byte[] text) {
        int from = places.place(reference.from());
        if (result == null) {
            result = new ByteArrayOutputStream(page.body().length + 1024);
        }
        if ((long) result.size() + from - at + text.length > most) {
            isTooLarge = true;
            result = null;
            return;
        }
        result.write(page.body(), at, from - at);
        result.writeBytes(text);
        at = places.place(reference.to());
    }

    private byte @Nullable [] applied() {
        if (result == null) {
            return isTooLarge ? null : page.body();
        }
        int rest = page.body().length - at;
        if ((long) result.size() + rest > most) {
            return null;
        }
        result.write(page.body(), at, rest);
        return result.toByteArray();
    }
}
