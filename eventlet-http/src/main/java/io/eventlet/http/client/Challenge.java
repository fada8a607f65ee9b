// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.http.syntax.Bytes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a server wants to know (RFC 9110, 11.3): scheme and parameters, names in small letters.
record Challenge(String scheme, Map<String, String> parameters) {
    /// The challenges of the values of fields; what is not understood is left out.
    static List<Challenge> of(List<String> values) {
        var all = new ArrayList<Challenge>();
        for (var value : values) {
            new Parser(value).parse(all);
        }
        return all;
    }

    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        void parse(List<Challenge> into) {
            Map<String, String> parameters = new HashMap<>();
            while (skip()) {
                var word = token();
                if (word.isEmpty()) {
                    return;
                }
                int behind = at;
                blanks();
                if (at < text.length() && text.charAt(at) == '=' && !into.isEmpty()) {
                    at++;
                    blanks();
                    parameters.put(word.toLowerCase(Locale.ROOT), value());
                } else {
                    at = behind;
                    parameters = new HashMap<>();
                    into.add(new Challenge(word.toLowerCase(Locale.ROOT), parameters));
                }
            }
        }

        private boolean skip() {
            while (at < text.length() && " \t,".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            return at < text.length();
        }

        private void blanks() {
            while (at < text.length() && Bytes.isBlank(text.charAt(at))) {
                at++;
            }
        }

        private String token() {
            int from = at;
            while (at < text.length() && Bytes.isToken((byte) text.charAt(at))) {
                at++;
            }
            return text.substring(from, at);
        }

        private String value() {
            if (at == text.length() || text.charAt(at) != '"') {
                return token();
            }
            var value = new StringBuilder();
            for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at));
            }
            at++;
            return value.toString();
        }
    }
}
