// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.listing;

import io.eventlet.http.client.HttpUrl;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/// The XML by which S3, and what speaks as it does, lists a bucket: part by part.
final class ObjectListing {
    private ObjectListing() {}

    static boolean isOne(String contentType, byte[] body) {
        var type = contentType.toLowerCase(Locale.ROOT);
        return (type.isBlank() || type.contains("xml"))
                && Beginning.of(body).contains("<listbucketresult");
    }

    static @Nullable Listing read(HttpUrl url, byte[] body) {
        var document =
                Jsoup.parse(new String(body, StandardCharsets.UTF_8), "", Parser.xmlParser());
        var root = document.selectFirst("ListBucketResult");
        if (root == null) {
            return null;
        }
        boolean encoded = "url".equals(text(root, "EncodingType"));
        var entries = new EntrySet(body.length);
        var bucket = bucket(url, root); // once: it looks at all that the list has
        var last = "";
        for (var key : document.select("Contents > Key")) {
            last = decoded(key.wholeText(), encoded);
            boolean isDirectory = last.isEmpty() || last.endsWith("/"); // the mark of one
            if (!isDirectory && !entries.isTooLong(last)) {
                entries.add(at(url, bucket + escaped(last)));
            }
        }
        for (var prefix : document.select("CommonPrefixes > Prefix")) {
            var name = decoded(prefix.wholeText(), encoded);
            last = name.compareTo(last) > 0 ? name : last;
            if (!entries.isTooLong(name)) {
                entries.add(withParameter(url, "prefix", name, "marker", "continuation-token"));
            }
        }
        var next = next(url, root, last, encoded);
        if (next != null) {
            var ignored = entries.isTooLong(next.target()); // and told so below
        }
        return new Listing(entries.all(), next);
    }

    /// A path of the server, which begins with two slashes if the key begins with one: no host.
    private static HttpUrl at(HttpUrl url, String path) {
        return url.resolve(path.startsWith("//") ? "/." + path : path);
    }

    /// The path before the keys. In a bucket that is a host it is a slash; else it has the name of
    /// the bucket.
    private static String bucket(HttpUrl url, Element root) {
        var name = "/" + text(root, "Name");
        var path = url.path();
        return name.length() > 1 && (path + "/").startsWith(name + "/") ? name + "/" : "/";
    }

    private static @Nullable HttpUrl next(HttpUrl url, Element root, String last, boolean encoded) {
        if (!"true".equalsIgnoreCase(text(root, "IsTruncated"))) {
            return null;
        }
        var token = text(root, "NextContinuationToken");
        if (!token.isEmpty()) {
            return withParameter(url, "continuation-token", token);
        }
        var marker = text(root, "NextMarker");
        var from = marker.isEmpty() ? last : decoded(marker, encoded);
        var next = withParameter(url, "marker", from);
        return from.isEmpty() || next.equals(url) ? null : next; // else it would have no end
    }

    private static String text(Element root, String name) {
        for (var child : root.children()) {
            if (child.tagName().equals(name)) {
                return child.wholeText();
            }
        }
        return "";
    }

    private static String decoded(String text, boolean encoded) {
        if (!encoded) {
            return text;
        }
        var utf8 = text.replace('+', ' ').getBytes(StandardCharsets.UTF_8);
        var bytes = Escapes.decoded(new String(utf8, StandardCharsets.ISO_8859_1));
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static HttpUrl withParameter(
            HttpUrl url, String name, String value, String... without) {
        List<String> parameters = new ArrayList<>();
        var query = Objects.requireNonNullElse(url.query(), "");
        for (var parameter : query.split("&", -1)) {
            var other = parameter.split("=", 2)[0];
            if (!parameter.isEmpty() && !other.equals(name) && !List.of(without).contains(other)) {
                parameters.add(parameter);
            }
        }
        parameters.add(name + "=" + escaped(value).replace("/", "%2F"));
        return url.resolve("?" + String.join("&", parameters));
    }

    /// A key as a path: all is escaped but what RFC 3986 leaves to everybody, and slashes.
    static String escaped(String text) {
        var result = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if ((c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-._~/".indexOf(c) >= 0) {
                result.append(c);
            } else {
                result.append(Escapes.of(c));
            }
        }
        return result.toString();
    }
}
