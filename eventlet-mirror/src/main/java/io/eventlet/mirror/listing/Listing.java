// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.listing;

import io.eventlet.http.client.HttpUrl;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A directory as a server lists it.
///
/// Told from a page by what it says, not by who wrote it: links that are one level below, each with
/// the name of what it leads to as its text, or a title that says so.
///
/// @param entries what is in the directory: URLs below it, each once, in the order of the page
/// @param next where the listing goes on, for a store that lists its objects in parts; null at the
///   end
public record Listing(List<HttpUrl> entries, @Nullable HttpUrl next) {
    public Listing {
        entries = List.copyOf(entries);
    }

    /// The listing that a body is; null if it is none. Throws an `IllegalStateException` if it has
    /// an entry whose URL has more than 8,192 characters, or more entries than there is memory for.
    ///
    /// @param url what the body was asked for with, after redirects
    /// @param contentType what the server says the body is; may be empty
    public static @Nullable Listing of(HttpUrl url, String contentType, byte[] body) {
        if (ObjectListing.isOne(contentType, body)) {
            return ObjectListing.read(url, body);
        }
        return isHtml(contentType, body)
                ? HtmlListing.read(url, body)
                : NginxListing.read(url, contentType, body);
    }

    /// Whether a body is a page of HTML, by its type, or if that is not said by its beginning.
    public static boolean isHtml(String contentType, byte[] body) {
        if (!contentType.isBlank()) {
            return contentType.regionMatches(true, 0, "text/html", 0, 9)
                    || contentType.regionMatches(true, 0, "application/xhtml", 0, 17);
        }
        var start = Beginning.of(body).stripLeading();
        return start.startsWith("<!doctype html") || start.startsWith("<html");
    }
}
