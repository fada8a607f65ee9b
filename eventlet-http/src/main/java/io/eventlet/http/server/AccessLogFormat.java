// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import org.jspecify.annotations.Nullable;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// What a line of an access log looks like. What clients sent is escaped: it cannot begin a line or
/// reach a terminal.
public enum AccessLogFormat {
    /// Apache's common log format.
    COMMON {
        @Override
        void append(AccessLog.Entry entry, StringBuilder to) {
            appendCommon(entry, to);
            to.append('\n');
        }
    },

    /// Common, with the fields `Referer` and `User-Agent`.
    COMBINED {
        @Override
        void append(AccessLog.Entry entry, StringBuilder to) {
            appendCommon(entry, to);
            to.append(" \"");
            appendEscaped(field(entry, "Referer"), to);
            to.append("\" \"");
            appendEscaped(field(entry, "User-Agent"), to);
            to.append("\"\n");
        }
    },

    /// An object of JSON with the keys `time`, `client`, `method`, `target`, `version`, `status`,
    /// `bytes`, `seconds`, `referer`, `agent` and `failure`; null for what is not known.
    JSON {
        @Override
        void append(AccessLog.Entry entry, StringBuilder to) {
            var request = entry.request();
            to.append("{\"time\":\"").append(entry.begin()).append("\",\"client\":");
            appendJson(entry.client(), to);
            to.append(",\"method\":");
            appendJson(request == null ? null : request.method(), to);
            to.append(",\"target\":");
            appendJson(request == null ? null : request.target(), to);
            to.append(",\"version\":");
            appendJson(request == null ? null : request.version(), to);
            to.append(",\"status\":").append(entry.status());
            to.append(",\"bytes\":").append(entry.bodyBytes());
            to.append(",\"seconds\":").append(entry.time().toNanos() / 1e9);
            to.append(",\"referer\":");
            appendJson(request == null ? null : request.header("Referer"), to);
            to.append(",\"agent\":");
            appendJson(request == null ? null : request.header("User-Agent"), to);
            to.append(",\"failure\":");
            appendJson(entry.failure() == null ? null : entry.failure().toString(), to);
            to.append("}\n");
        }
    };

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    /// Adds a line with its end.
    abstract void append(AccessLog.Entry entry, StringBuilder to);

    private static void appendCommon(AccessLog.Entry entry, StringBuilder to) {
        to.append(entry.client()).append(" - - [");
        TIME.formatTo(entry.begin(), to);
        to.append("] \"");
        var request = entry.request();
        if (request == null) {
            to.append('-');
        } else {
            appendEscaped(request.method(), to);
            to.append(' ');
            appendEscaped(request.target(), to);
            to.append(' ').append(request.version());
        }
        to.append("\" ").append(entry.status()).append(' ');
        if (entry.bodyBytes() == 0) {
            to.append('-');
        } else {
            to.append(entry.bodyBytes());
        }
    }

    private static String field(AccessLog.Entry entry, String name) {
        var request = entry.request();
        return request == null ? "-" : request.headers().get(name, "-");
    }

    private static void appendEscaped(String text, StringBuilder to) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                to.append('\\').append(c);
            } else if (c < ' ' || c >= 0x7f) {
                to.append("\\x%02x".formatted((int) c));
            } else {
                to.append(c);
            }
        }
    }

    private static void appendJson(@Nullable String text, StringBuilder to) {
        if (text == null) {
            to.append("null");
            return;
        }
        to.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                to.append('\\').append(c);
            } else if (c < ' ' || (c >= 0x7f && c < 0xa0) || Character.isSurrogate(c)) {
                to.append("\\u%04x".formatted((int) c));
            } else {
                to.append(c);
            }
        }
        to.append('"');
    }
}
