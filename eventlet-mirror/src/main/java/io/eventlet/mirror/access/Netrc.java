// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.access;

import io.eventlet.http.client.Authentication;
import io.eventlet.http.client.HttpUrl;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// User names and passwords of machines, from a file such as `~/.netrc`: `machine example.org login
/// me password secret`, and `default` for all others. Thread-safe.
///
/// They are sent when a server asks for them, by digest or in the clear, and to nobody before.
public final class Netrc {
    private final Map<String, Login> machines;
    private final @Nullable Login others;
    private final Map<String, Authentication> known = new ConcurrentHashMap<>(); // by host

    private Netrc(Map<String, Login> machines, @Nullable Login others) {
        this.machines = Map.copyOf(machines);
        this.others = others;
    }

    /// Reads a file. Throws an `IOException` if it cannot be read, or is no such file.
    public static Netrc read(Path file) throws IOException {
        return of(Files.readString(file));
    }

    /// As [#read], of a text.
    static Netrc of(String text) throws IOException {
        Map<String, Login> machines = new HashMap<>();
        Login others = null;
        var words = words(text);
        int i = 0;
        while (i < words.size()) {
            var word = words.get(i++);
            boolean all = word.equals("default");
            if (!all && !word.equals("machine")) {
                throw new IOException("neither machine nor default: " + word);
            }
            var name = all ? "" : value(words, i++, word);
            var user = "";
            var password = "";
            while (i < words.size() && !isBegin(words.get(i))) {
                var key = words.get(i++);
                var value = value(words, i++, key);
                switch (key) {
                    case "login" -> user = value;
                    case "password" -> password = value;
                    case "account" -> {} // of FTP
                    default -> throw new IOException("no word of a netrc file: " + key);
                }
            }
            var login = new Login(user, password);
            if (all) {
                others = login;
            } else {
                machines.putIfAbsent(name.toLowerCase(Locale.ROOT), login);
            }
        }
        return new Netrc(machines, others);
    }

    private static boolean isBegin(String word) {
        return word.equals("machine") || word.equals("default");
    }

    private static String value(List<String> words, int at, String key) throws IOException {
        if (at >= words.size()) {
            throw new IOException("nothing behind " + key);
        }
        return words.get(at);
    }

    /// The words, without comments and macros. One in quotes may have white space and, behind a
    /// backslash, quotes.
    private static List<String> words(String text) throws IOException {
        List<String> words = new ArrayList<>();
        boolean macro = false;
        for (var line : text.lines().toList()) {
            if (macro) {
                macro = !line.isBlank(); // an empty line ends it
                continue;
            }
            int before = words.size();
            int at = 0;
            while (at < line.length()) {
                char c = line.charAt(at);
                if (Character.isWhitespace(c)) {
                    at++;
                } else if (c == '#') {
                    break;
                } else {
                    var word = new StringBuilder();
                    at = word(line, at, word);
                    words.add(word.toString());
                }
            }
            if (words.size() > before && words.get(before).equals("macdef")) {
                words.subList(before, words.size()).clear();
                macro = true;
            }
        }
        return words;
    }

    private static int word(String line, int from, StringBuilder word) throws IOException {
        boolean quoted = line.charAt(from) == '"';
        int at = quoted ? from + 1 : from;
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (quoted ? c == '"' : Character.isWhitespace(c)) {
                return at;
            }
            word.append(c == '\\' && quoted && at < line.length() ? line.charAt(at++) : c);
        }
        if (quoted) {
            throw new IOException("a quote without an end");
        }
        return at;
    }

    /// Who asks at a URL; null if nobody is named for its host.
    public @Nullable Authentication of(HttpUrl url) {
        var login = machines.getOrDefault(url.host(), others);
        return login == null
                ? null
                : known.computeIfAbsent(
                        url.scheme() + "://" + url.authority(),
                        _ -> new AskedAuthentication(login.user, login.password));
    }

    private record Login(String user, String password) {}
}
