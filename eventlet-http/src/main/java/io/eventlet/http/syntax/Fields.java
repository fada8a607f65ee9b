// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.syntax;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Fields as they are on the wire, one after another, with the places of names and values in them.
/// Names and values become text when somebody asks for them. Nothing changes them.
public final class Fields {
    public static final Fields EMPTY = new Fields(new byte[0], 0, 0, new int[0], 0);

    private static final int PLACES = 4; // name from, name to, value from, value to
    private static final byte[] COLON = {':', ' '};
    private static final byte[] END = {'\r', '\n'};

    private final byte[] wire;
    private final int from;
    private final int to;
    private final int[] places;
    private final int count;

    /// Fields that stand in an array between two places, each with its line end. Takes both arrays.
    public Fields(byte[] wire, int from, int to, int[] places, int count) {
        this.wire = wire;
        this.from = from;
        this.to = to;
        this.places = places;
        this.count = count;
    }

    public int count() {
        return count;
    }

    public String name(int i) {
        return Bytes.text(wire, places[i * PLACES], places[i * PLACES + 1]);
    }

    public String value(int i) {
        return Bytes.text(wire, places[i * PLACES + 2], places[i * PLACES + 3]);
    }

    public int nameLength(int i) {
        return places[i * PLACES + 1] - places[i * PLACES];
    }

    public boolean isNamed(int i, String name) {
        return nameLength(i) == name.length() && Bytes.matches(wire, places[i * PLACES], name);
    }

    public boolean isValue(int i, String value) {
        return places[i * PLACES + 3] - places[i * PLACES + 2] == value.length()
                && Bytes.matches(wire, places[i * PLACES + 2], value);
    }

    /// Whether a value is a list that has a member, in any case.
    public boolean hasMember(int i, String member) {
        int end = places[i * PLACES + 3];
        int at = places[i * PLACES + 2];
        while (at < end) {
            while (at < end && (Bytes.isBlank(wire[at]) || wire[at] == ',')) {
                at++;
            }
            int start = at;
            while (at < end && wire[at] != ',') {
                at++;
            }
            int last = at;
            while (last > start && Bytes.isBlank(wire[last - 1])) {
                last--;
            }
            if (last - start == member.length() && Bytes.matches(wire, start, member)) {
                return last > start;
            }
        }
        return false;
    }

    /// The first field of a name from a place on, or -1.
    public int find(String name, int start) {
        for (int i = start; i < count; i++) {
            if (isNamed(i, name)) {
                return i;
            }
        }
        return -1;
    }

    /// A value of one to 18 digits, or -1: also if it begins with a zero that it could do without,
    /// which some read as octal.
    public long decimal(int i) {
        int at = places[i * PLACES + 2];
        int end = places[i * PLACES + 3];
        if (at == end || end - at > 18 || (wire[at] == '0' && end - at > 1)) {
            return -1;
        }
        long n = 0;
        for (; at < end; at++) {
            int digit = wire[at] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            n = n * 10 + digit;
        }
        return n;
    }

    /// How many bytes they take on the wire.
    public int length() {
        return to - from;
    }

    public void copyTo(byte[] target, int offset) {
        System.arraycopy(wire, from, target, offset, to - from);
    }

    /// With one more behind them; name and value have been checked.
    public Fields and(String name, String value) {
        int length = length();
        var bytes = new byte[length + name.length() + value.length() + 4];
        copyTo(bytes, 0);
        var moved = Arrays.copyOf(places, (count + 1) * PLACES);
        for (int i = 0; i < count * PLACES; i++) {
            moved[i] -= from;
        }
        int at = count * PLACES;
        moved[at] = length;
        moved[at + 1] = put(bytes, length, name);
        moved[at + 2] = put(bytes, moved[at + 1], COLON);
        moved[at + 3] = put(bytes, moved[at + 2], value);
        put(bytes, moved[at + 3], END);
        return new Fields(bytes, 0, bytes.length, moved, count + 1);
    }

    /// Without those of a name.
    public Fields without(String name) {
        if (find(name, 0) < 0) {
            return this;
        }
        var bytes = new byte[length()];
        var moved = new int[count * PLACES];
        int end = 0;
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (!isNamed(i, name)) {
                int start = places[i * PLACES];
                int next = i + 1 < count ? places[(i + 1) * PLACES] : to;
                System.arraycopy(wire, start, bytes, end, next - start);
                for (int j = 0; j < PLACES; j++) {
                    moved[kept * PLACES + j] = places[i * PLACES + j] - start + end;
                }
                end += next - start;
                kept++;
            }
        }
        return new Fields(bytes, 0, end, moved, kept);
    }

    private static int put(byte[] into, int at, String text) {
        return put(into, at, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static int put(byte[] into, int at, byte[] bytes) {
        System.arraycopy(bytes, 0, into, at, bytes.length);
        return at + bytes.length;
    }

    @Override
    public String toString() {
        return Bytes.text(wire, from, to);
    }
}
