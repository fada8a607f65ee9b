// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.listing;

import io.eventlet.http.client.HttpUrl;

import org.jsoup.parser.Parser;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/// The XML and the JSON in which nginx lists a directory (`autoindex_format`). Names are bytes, as
/// in its HTML, each read as a character.
final class NginxListing {
    private static final Pattern XML_START =
            Pattern.compile("(<\\?xml [^>]*>)?\\s*<list>", Pattern.CASE_INSENSITIVE);
    private static final Pattern XML_ENTRY =
            Pattern.compile("<(directory|file|other)\\b[^<>]*>([^<>]*)</");
    private static final Pattern JSON_NAME = Pattern.compile("\\s*\\{\\s*\"name\"\\s*:\\s*\"");
    private static final Pattern JSON_TYPE =
            Pattern.compile(
                    "\"\\s*,\\s*\"type\"\\s*:\\s*\"(directory|file|other)\"[^{}]*\\}\\s*([,\\]])");
    private static final int HEX_DIGITS = 4; // of an escape

    private final HttpUrl url;
    private final String body;
    private final EntrySet entries;

    private NginxListing(HttpUrl url, byte[] body) {
        this.url = url;
        this.body = new String(body, StandardCharsets.ISO_8859_1);
        entries = new EntrySet(body.length);
    }

    /// The listing; null if it is none.
    static @Nullable Listing read(HttpUrl url, String contentType, byte[] body) {
        if (!url.path().endsWith("/")) {
            return null;
        }
        var type = contentType.toLowerCase(Locale.ROOT);
        var listing = new NginxListing(url, body);
        boolean isOne =
                (type.contains("xml") && listing.readXml())
                        || (type.contains("json") && listing.readJson());
        return isOne ? new Listing(listing.entries.all(), null) : null;
    }

    private boolean readXml() {
        if (!XML_START.matcher(body).lookingAt()) {
            return false;
        }
        var entry = XML_ENTRY.matcher(body);
        while (entry.find()) {
            add(Parser.unescapeEntities(entry.group(2), true), entry.group(1));
        }
        return true;
    }

    /// An array of objects that begin with a name and a type; of none it may be any other file.
    private boolean readJson() {
        int at = body.indexOf('[') + 1;
        if (at == 0 || !body.substring(0, at - 1).isBlank()) {
            return false;
        }
        var name = JSON_NAME.matcher(body);
        var type = JSON_TYPE.matcher(body);
        while (name.region(at, body.length()).lookingAt()) {
            int end = endOfString(name.end());
            if (!type.region(end, body.length()).lookingAt()) {
                return false;
            }
            add(unescaped(body.substring(name.end(), end)), type.group(1));
            if (type.group(2).equals("]")) {
                return body.substring(type.end()).isBlank();
            }
            at = type.end();
        }
        return false;
    }

    private int endOfString(int begin) {
        int i = begin;
        while (i < body.length() && body.charAt(i) != '"') {
            i += body.charAt(i) == '\\' ? 2 : 1;
        }
        return Math.min(i, body.length());
    }

    private static String unescaped(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        var result = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                result.append(c);
                continue;
            }
            char escape = text.charAt(++i);
            switch (escape) {
                case 'b' -> result.append('\b');
                case 'f' -> result.append('\f');
                case 'n' -> result.append('\n');
                case 'r' -> result.append('\r');
                case 't' -> result.append('\t');
                case 'u' -> {
                    int end = Math.min(text.length(), i + 1 + HEX_DIGITS);
                    result.append(character(text.substring(i + 1, end)));
                    i = end - 1;
                }
                default -> result.append(escape);
            }
        }
        return result.toString();
    }

    private static char character(String digits) {
        try {
            return (char) Integer.parseInt(digits, 16);
        } catch (NumberFormatException e) {
            return '?';
        }
    }

    private void add(String name, String type) {
        if (!name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && !entries.isTooLong(name)) {
            var end = type.equals("directory") ? "/" : "";
            entries.add(url.resolve("./" + Escapes.all(name) + end));
        }
    }
}
