// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import io.eventlet.http.BadMessage;
import io.eventlet.http.syntax.Bytes;
import io.eventlet.http.syntax.Fields;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/// Reads lines and field lines as RFC 9112, 2.2 and 5 have them, and refuses all else: each line
/// ends with CR LF, a name is a token that a colon follows at once, no line is folded, and there
/// are no control characters.
///
/// A head stays in the input's buffer until it is whole, and offsets count from its first byte: so
/// it is read alike however it comes in pieces.
final class FieldReader {
    private static final int BAD_REQUEST = 400;
    private static final int FIELDS_TOO_LARGE = 431;
    private static final int VERSION_LENGTH = 8; // HTTP/1.1
    private static final int PLACES = 4;

    private final Input in;
    private final Limits limits;
    private int[] places = new int[PLACES * 16];
    private int count;

    FieldReader(Input in, Limits limits) {
        this.in = in;
        this.limits = limits;
    }

    /// Where the line that begins at an offset ends: its CR, which LF follows. A line that is
    /// longer than the limit is refused with a status.
    int lineEnd(int start, int most, int tooLong, String what) throws IOException {
        int at = start;
        while (true) {
            if (!in.has(at)) {
                throw new EOFException("the connection ended within " + what);
            }
            byte[] buffer = in.buffer;
            int base = in.position;
            int end = Math.min(in.limit - base, start + most + 1);
            at = Bytes.textEnd(buffer, base + at, base + end) - base;
            if (at - start > most) {
                throw new BadMessage(tooLong, "%s is longer than %d bytes".formatted(what, most));
            }
            if (at < end) {
                return checkedEnd(at, what);
            }
        }
    }

    private int checkedEnd(int at, String what) throws IOException {
        byte b = in.at(at);
        if (b == Bytes.LF) {
            throw new BadMessage(BAD_REQUEST, "LF without CR in " + what);
        }
        if (b != Bytes.CR) {
            throw new BadMessage(BAD_REQUEST, "control character 0x%02x in %s".formatted(b, what));
        }
        if (!in.has(at + 1)) {
            throw new EOFException("the connection ended within " + what);
        }
        if (in.at(at + 1) != Bytes.LF) {
            throw new BadMessage(BAD_REQUEST, "CR without LF in " + what);
        }
        return at;
    }

    /// Reads field lines from an offset on; the offset behind the empty line that ends them.
    int readFields(int start) throws IOException {
        return readFields(start, false);
    }

    /// Likewise, and makes one line of each that is folded, with spaces in the place of line ends.
    int readUnfolded(int start) throws IOException {
        return readFields(start, true);
    }

    private int readFields(int start, boolean unfolds) throws IOException {
        int at = start;
        while (true) {
            int end = lineEnd(at, limits.fieldLine(), FIELDS_TOO_LARGE, "a header field");
            if (end == at) {
                return end + 2;
            }
            while (unfolds && in.has(end + 2) && Bytes.isBlank(in.at(end + 2))) {
                in.put(end, ' ');
                in.put(end + 1, ' ');
                end = lineEnd(at, limits.fieldLine(), FIELDS_TOO_LARGE, "a header field");
            }
            if (end - start > limits.allFields()) {
                throw new BadMessage(
                        FIELDS_TOO_LARGE,
                        "the header fields are longer than %d bytes".formatted(limits.allFields()));
            }
            readField(at, end);
            at = end + 2;
        }
    }

    /// The minor version that a text of HTTP/1 says, or -1.
    static int minorVersion(Input in, int start, int end) {
        return majorVersion(in, start, end) == 1 ? in.at(end - 1) - '0' : -1;
    }

    /// The major version that `HTTP/` with two digits says, or -1 (RFC 9112, 2.3).
    static int majorVersion(Input in, int start, int end) {
        boolean isVersion =
                end - start == VERSION_LENGTH
                        && in.at(start) == 'H'
                        && in.at(start + 1) == 'T'
                        && in.at(start + 2) == 'T'
                        && in.at(start + 3) == 'P'
                        && in.at(start + 4) == '/'
                        && isDigit(in.at(start + 5))
                        && in.at(start + 6) == '.'
                        && isDigit(in.at(start + 7));
        return isVersion ? in.at(start + 5) - '0' : -1;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private void readField(int start, int end) throws BadMessage {
        if (count == limits.fields()) {
            throw new BadMessage(
                    FIELDS_TOO_LARGE, "more than %d header fields".formatted(limits.fields()));
        }
        byte[] buffer = in.buffer;
        int base = in.position;
        int colon = start;
        while (colon < end && Bytes.isToken(buffer[base + colon])) {
            colon++;
        }
        if (colon == end || buffer[base + colon] != ':' || colon == start) {
            throw new BadMessage(BAD_REQUEST, wrongName(start, colon, end));
        }
        int from = colon + 1;
        while (from < end && Bytes.isBlank(buffer[base + from])) {
            from++;
        }
        int to = end;
        while (to > from && Bytes.isBlank(buffer[base + to - 1])) {
            to--;
        }
        add(start, colon, from, to);
    }

    private String wrongName(int start, int stop, int end) {
        if (stop == end) {
            return "a header field without a colon";
        }
        byte b = in.at(stop);
        if (stop == start) {
            return Bytes.isBlank(b) ? "a folded header field" : "a header field without a name";
        }
        return Bytes.isBlank(b)
                ? "white space before the colon of a header field"
                : "the name of a header field is not a token";
    }

    private void add(int nameFrom, int nameTo, int valueFrom, int valueTo) {
        int at = count++ * PLACES;
        if (at == places.length) {
            places = Arrays.copyOf(places, 2 * at);
        }
        places[at] = nameFrom;
        places[at + 1] = nameTo;
        places[at + 2] = valueFrom;
        places[at + 3] = valueTo;
    }

    /// Takes the head, of so many bytes, off the input: the fields between two offsets of it. The
    /// line end of the empty line is not theirs.
    Fields take(int from, int end) {
        if (count == 0) {
            in.skip(end);
            return Fields.EMPTY;
        }
        int length = end - 2 - from;
        var wire = Arrays.copyOfRange(in.buffer, in.position + from, in.position + from + length);
        var found = Arrays.copyOf(places, count * PLACES);
        for (int i = 0; i < found.length; i++) {
            found[i] -= from;
        }
        in.skip(end);
        var fields = new Fields(wire, 0, length, found, count);
        count = 0;
        return fields;
    }
}
