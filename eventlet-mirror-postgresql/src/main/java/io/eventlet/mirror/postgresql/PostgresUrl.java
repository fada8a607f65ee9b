// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// A URL of a database as libpq reads it, taken apart into its keywords. It may have several hosts,
/// with a comma between them, and a directory with a socket for a host, its slashes as `%2F`.
final class PostgresUrl {
    private static final Pattern BEGINNING = Pattern.compile("postgres(ql)?://");
    private static final Pattern HOST_AND_PORT =
            Pattern.compile("(?<host>\\[[^]]*]|[^:\\[\\]@\\s]*)(:(?<port>[0-9]*))?");

    private final String url;
    private final Map<String, String> values = new TreeMap<>();

    private PostgresUrl(String url) {
        this.url = url;
    }

    /// Throws an `IllegalArgumentException` if it is none, or has a password.
    static Map<String, String> parse(String url) {
        if (hasPassword(url)) {
            throw new IllegalArgumentException(
                    "a password must not be in a URL, where others can see it; use PGPASSWORD"
                            + " or ~/.pgpass: "
                            + withoutPassword(url));
        }
        var parsed = new PostgresUrl(url);
        parsed.parse();
        return parsed.values;
    }

    private void parse() {
        var beginning = BEGINNING.matcher(url);
        if (!beginning.lookingAt()) {
            throw new IllegalArgumentException(
                    "a frontier is a URL such as postgresql://user@host:5432/database, not"
                            + " this: "
                            + withoutPassword(url));
        }
        var rest = url.substring(beginning.end());
        int query = rest.indexOf('?');
        if (query >= 0) {
            parameters(rest.substring(query + 1));
            rest = rest.substring(0, query);
        }
        int slash = rest.indexOf('/');
        if (slash >= 0) {
            put("dbname", decoded(rest.substring(slash + 1)));
            rest = rest.substring(0, slash);
        }
        int at = rest.indexOf('@');
        if (at >= 0) {
            put("user", decoded(rest.substring(0, at)));
            rest = rest.substring(at + 1);
        }
        hosts(rest);
    }

    private void hosts(String list) {
        var hosts = new ArrayList<String>();
        var ports = new ArrayList<String>();
        for (var one : list.split(",", -1)) {
            var parts = HOST_AND_PORT.matcher(one);
            if (!parts.matches()) {
                throw new IllegalArgumentException(
                        "no host, with or without a port, that a URL can have: "
                                + withoutPassword(url));
            }
            hosts.add(decoded(parts.group("host")));
            ports.add(parts.group("port") == null ? "" : parts.group("port"));
        }
        put("host", joined(hosts));
        put("port", joined(ports));
    }

    private static String joined(List<String> values) {
        return values.stream().allMatch(String::isEmpty) ? "" : String.join(",", values);
    }

    private void parameters(String query) {
        for (var pair : query.split("&", -1)) {
            var parts = pair.split("=", 2);
            if (parts[0].contains("@")) { // a ? in a password, or none at all
                throw new IllegalArgumentException(
                        "a ? before the last @; a password must not be in a URL");
            }
            if (!parts[0].isEmpty()) {
                values.put(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "");
            }
        }
        if (values.containsKey("password") || values.containsKey("sslpassword")) {
            throw new IllegalArgumentException(
                    "a password must not be in a URL, where others can see it; use PGPASSWORD"
                            + " or ~/.pgpass");
        }
    }

    /// What the place in the URL says; what its parameters say goes before.
    private void put(String keyword, String value) {
        if (!value.isEmpty()) {
            values.putIfAbsent(keyword, value);
        }
    }

    private String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "not a URL, it has a %% without two digits of base 16: %s"
                            .formatted(withoutPassword(url)),
                    e);
        }
    }

    /// Whether there is a colon before the last `@`, which a password may have in it.
    private static boolean hasPassword(String url) {
        int begin = url.indexOf("//") + 2;
        int query = url.indexOf('?');
        int at = query < 0 ? url.lastIndexOf('@') : url.lastIndexOf('@', query);
        int colon = url.indexOf(':', begin);
        return begin >= 2 && colon >= 0 && colon < at;
    }

    /// For messages: also what may be one in the parameters is left out.
    private static String withoutPassword(String url) {
        int begin = url.indexOf("//") + 2;
        int at = url.lastIndexOf('@');
        int colon = url.indexOf(':', begin);
        var shown =
                begin < 2 || colon < 0 || colon > at
                        ? url
                        : url.substring(0, colon) + ":***" + url.substring(at);
        return shown.replaceAll("(?i)(password=)[^&]*", "$1***");
    }
}
