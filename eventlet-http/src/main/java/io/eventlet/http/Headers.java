// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http;

import io.eventlet.http.syntax.Bytes;
import io.eventlet.http.syntax.Fields;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BiConsumer;

/// The header fields of a message, or its trailers, in their order: names and values.
///
/// ```java
/// var headers = Headers.of("Content-Type", "text/plain", "Vary", "Accept").and("Vary", "Origin");
/// headers.get("content-type");           // text/plain
/// headers.all("Vary");                   // [Accept, Origin]
/// ```
///
/// Names are compared without regard to case and kept as they were written. A value is Latin-1: a
/// character of Unicode for each byte, as RFC 9110, 5.5 has it. What is made here can be written as
/// it stands: a name must be a token, and a value has no control characters, so that nobody can put
/// a line end into it. Immutable, and so thread-safe.
public final class Headers {
    private static final Headers EMPTY = new Headers(Fields.EMPTY);

    private final Fields fields;

    /// For what reads messages: fields that have been checked.
    @SuppressWarnings("exports") // not for users
    public Headers(Fields fields) {
        this.fields = fields;
    }

    /// None.
    public static Headers empty() {
        return EMPTY;
    }

    /// Of names and values in turn. Throws an `IllegalArgumentException` if a name is no token, a
    /// value has control characters, characters beyond Latin-1, or white space at its ends, or one
    /// is missing.
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException(
                    "each name needs a value, but there are %d strings"
                            .formatted(namesAndValues.length));
        }
        var headers = EMPTY;
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers = headers.and(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    /// The value of the first field of this name; null if there is none.
    public @Nullable String get(String name) {
        int i = fields.find(name, 0);
        return i < 0 ? null : fields.value(i);
    }

    /// The value of the first field of this name, or another if there is none.
    public String get(String name, String other) {
        return Objects.requireNonNullElse(get(name), other);
    }

    /// The values of all fields of this name, in their order.
    public List<String> all(String name) {
        var values = new ArrayList<String>();
        for (int i = fields.find(name, 0); i >= 0; i = fields.find(name, i + 1)) {
            values.add(fields.value(i));
        }
        return List.copyOf(values);
    }

    public boolean contains(String name) {
        return fields.find(name, 0) >= 0;
    }

    /// Whether a field that is a list, such as `Connection`, has this member, in any of its lines
    /// and in any case. Not for lists whose members may be quoted.
    public boolean hasToken(String name, String token) {
        for (int i = fields.find(name, 0); i >= 0; i = fields.find(name, i + 1)) {
            if (fields.hasMember(i, token)) {
                return true;
            }
        }
        return false;
    }

    /// With this field and no other of its name.
    public Headers with(String name, String value) {
        return without(name).and(name, value);
    }

    /// With one more field, behind the others.
    public Headers and(String name, String value) {
        if (!Bytes.isToken(name)) {
            throw new IllegalArgumentException("not the name of a header field: " + quoted(name));
        }
        if (!Bytes.isFieldValue(value)) {
            throw new IllegalArgumentException(
                    "not a value for the header field %s: %s".formatted(name, quoted(value)));
        }
        return new Headers(fields.and(name, value));
    }

    /// Without the fields of this name.
    public Headers without(String name) {
        var left = fields.without(name);
        return left == fields ? this : new Headers(left);
    }

    public int size() {
        return fields.count();
    }

    public boolean isEmpty() {
        return fields.count() == 0;
    }

    /// Calls with each name and value, in their order.
    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < fields.count(); i++) {
            action.accept(fields.name(i), fields.value(i));
        }
    }

    /// The fields on the wire, for what writes messages.
    @SuppressWarnings("exports") // not for users
    public Fields fields() {
        return fields;
    }

    private static String quoted(String text) {
        var shown = new StringBuilder("\"");
        text.chars()
                .limit(100)
                .forEach(c -> {
                    if (c >= ' ' && c < 0x7f) {
                        shown.append((char) c);
                    } else {
                        shown.append("\\u%04x".formatted(c));
                    }
                });
        return shown.append('"').toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Headers headers && headers.list().equals(list());
    }

    @Override
    public int hashCode() {
        return list().hashCode();
    }

    private List<String> list() {
        var all = new ArrayList<String>();
        forEach((name, value) -> {
            all.add(name.toLowerCase(Locale.ROOT));
            all.add(value);
        });
        return all;
    }

    /// A line for each field.
    @Override
    public String toString() {
        return fields.toString();
    }
}
