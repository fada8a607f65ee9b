// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import io.eventlet.http.syntax.Bytes;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/// An extension that is offered or agreed on, and its parameters (RFC 6455, 9.1): names in small
/// letters, empty values for those without one.
record Extension(String name, Map<String, String> parameters) {

    /// Those of the fields Sec-WebSocket-Extensions of a message; null if they break the syntax or
    /// one names a parameter twice.
    static @Nullable List<Extension> parse(List<String> fields) {
        var all = new ArrayList<Extension>();
        for (var field : fields) {
            if (!new Parser(field).readAll(all)) {
                return null;
            }
        }
        return all;
    }

    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        boolean readAll(List<Extension> into) {
            do {
                skipBlanks();
                if (at == text.length() || text.charAt(at) == ',') { // an empty member
                    continue;
                }
                var extension = read();
                if (extension == null) {
                    return false;
                }
                into.add(extension);
            } while (takes(','));
            return at == text.length();
        }

        private @Nullable Extension read() {
            var name = token();
            if (name == null) {
                return null;
            }
            SequencedMap<String, String> parameters = new LinkedHashMap<>();
            while (takes(';')) {
                skipBlanks();
                var parameter = token();
                if (parameter == null) {
                    return null;
                }
                var value = "";
                if (takes('=')) {
                    skipBlanks();
                    value = at < text.length() && text.charAt(at) == '"' ? quoted() : token();
                    if (value == null || !Bytes.isToken(value)) { // within quotes, too
                        return null;
                    }
                }
                if (parameters.put(parameter.toLowerCase(Locale.ROOT), value) != null) {
                    return null;
                }
            }
            return new Extension(name.toLowerCase(Locale.ROOT), parameters);
        }

        private @Nullable String token() {
            int from = at;
            while (at < text.length()
                    && text.charAt(at) <= 0x7f
                    && Bytes.isToken((byte) text.charAt(at))) {
                at++;
            }
            return at == from ? null : text.substring(from, at);
        }

        private @Nullable String quoted() {
            var value = new StringBuilder();
            for (at++; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '"') {
                    at++;
                    return value.toString();
                }
                if (c == '\\' && ++at == text.length()) {
                    return null;
                }
                value.append(text.charAt(at));
            }
            return null;
        }

        private boolean takes(char c) {
            skipBlanks();
            if (at < text.length() && text.charAt(at) == c) {
                at++;
                return true;
            }
            return false;
        }

        private void skipBlanks() {
            while (at < text.length() && Bytes.isBlank(text.charAt(at))) {
                at++;
            }
        }
    }
}
