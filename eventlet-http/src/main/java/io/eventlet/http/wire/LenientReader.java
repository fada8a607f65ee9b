// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import io.eventlet.http.BadMessage;
import io.eventlet.http.Headers;
import io.eventlet.http.syntax.Bytes;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Reads the head of a response that is not as the RFC has it, but as servers send it: lines that
/// end with LF alone (RFC 9112, 2.2), white space before a colon (5.1), folded lines (5.2), control
/// characters in values, which become spaces (RFC 9110, 5.5). A line that is no field, because it
/// has no colon or its name is no token, is left out.
///
/// For clients only: whoever reads a request must not guess.
public final class LenientReader {
    private static final int BAD_REQUEST = 400;
    private static final int BAD_GATEWAY = 502;
    private static final int FIELDS_TOO_LARGE = 431;
    private static final Pattern STATUS_LINE =
            Pattern.compile("HTTP/1\\.[0-9] [1-9][0-9][0-9]( .*)?", Pattern.DOTALL);
    private static final int MINOR = 7;
    private static final int STATUS = 9;
    private static final int STATUS_END = 12;

    private final Input in;
    private final Limits limits;
    private int at;

    private LenientReader(Input in, Limits limits) {
        this.in = in;
        this.limits = limits;
    }

    /// The next head, as [ResponseReader#read()] reads it, or as it has to be guessed.
    public static @Nullable ResponseHead read(Input in, Limits limits) throws IOException {
        try {
            return new ResponseReader(in, limits).read();
        } catch (BadMessage e) {
            if (e.status() != BAD_REQUEST) {
                throw e;
            }
            return new LenientReader(in, limits).readOdd(e); // nothing has been taken yet
        }
    }

    private ResponseHead readOdd(BadMessage refusal) throws IOException {
        var first = line(limits.startLine());
        if (!STATUS_LINE.matcher(first).matches()) {
            throw refusal;
        }
        var headers = readFields();
        in.skip(at);
        return new ResponseHead(
                first.charAt(MINOR) - '0',
                Integer.parseInt(first, STATUS, STATUS_END, 10),
                first.substring(STATUS_END).strip(),
                headers);
    }

    private Headers readFields() throws IOException {
        var headers = Headers.empty();
        int start = at;
        var field = new ArrayList<String>();
        while (true) {
            var line = line(limits.fieldLine());
            boolean folded = !line.isEmpty() && Bytes.isBlank(line.charAt(0));
            if (!folded && !field.isEmpty()) {
                headers = with(headers, field);
                field.clear();
            }
            if (line.isEmpty()) {
                return headers;
            }
            if (at - start > limits.allFields() || headers.size() >= limits.fields()) {
                throw new BadMessage(FIELDS_TOO_LARGE, "the header fields are too long");
            }
            if (!folded || !field.isEmpty()) {
                field.add(line.strip());
            }
        }
    }

    private static Headers with(Headers headers, List<String> lines) {
        var text = String.join(" ", lines);
        int colon = text.indexOf(':');
        var name = colon < 0 ? "" : text.substring(0, colon).strip();
        return Bytes.isToken(name) ? headers.and(name, text.substring(colon + 1).strip()) : headers;
    }

    /// The next line, with spaces in the place of control characters.
    private String line(int most) throws IOException {
        var line = new StringBuilder();
        while (true) {
            if (!in.has(at)) {
                throw new EOFException("the connection ended within the head of a response");
            }
            byte b = in.at(at++);
            if (b == Bytes.LF) {
                int last = line.length() - 1;
                if (last >= 0 && line.charAt(last) == Bytes.CR) {
                    line.setLength(last);
                }
                for (int i = 0; i < line.length(); i++) {
                    if (!Bytes.isText((byte) line.charAt(i))) {
                        line.setCharAt(i, ' ');
                    }
                }
                return line.toString();
            }
            if (line.length() > most) {
                throw new BadMessage(BAD_GATEWAY, "a line is longer than %d bytes".formatted(most));
            }
            line.append((char) (b & 0xff));
        }
    }
}
