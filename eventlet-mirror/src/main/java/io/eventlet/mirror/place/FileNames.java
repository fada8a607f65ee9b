// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.place;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// How a segment of a path becomes the name of a file.
///
/// Escapes are decoded, so that `a%20b` becomes `a b`. What no file may have in its name stays
/// escaped, in capital letters: slashes, control characters, bytes that are not UTF-8, names of
/// dots alone. A percent sign is escaped if it would look like the beginning of such an escape, so
/// that no two segments get the same name. One that is too long is cut and ends in a part of its
/// hash. A tilde is escaped before what a [Place] adds to a name that is taken: `dir`, `file`, or
/// eight digits.
public enum FileNames {
    /// For Unix: all but the slash, and control characters.
    UNIX,
    /// For Windows too: neither what it refuses nor the names of its devices.
    PORTABLE;

    private static final String EMPTY = "%2f"; // no other name: escapes have capital letters
    private static final Pattern ADDED =
            Pattern.compile("(.*?)(~|%(?:25)*7E)(dir|file|[0-9a-f]{8})", Pattern.DOTALL);
    private static final Pattern CUT = Pattern.compile(".*~[0-9a-f]{16}", Pattern.DOTALL);
    private static final int MOST_BYTES = 240; // of 255, so that there is room behind them
    private static final int HASH_DIGITS = 16;
    private static final Set<String> DEVICES =
            Set.of(
                    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6",
                    "com7", "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7",
                    "lpt8", "lpt9");

    /// The name for a segment of the path of a URL, with its escapes. An empty one becomes `%2f`,
    /// which no other becomes.
    public String of(String segment) {
        return segment.isEmpty() ? EMPTY : shortened(withoutAdded(plain(segment)));
    }

    private String plain(String segment) {
        if (isPlain(segment)) {
            return withoutTraps(segment);
        }
        var name = new StringBuilder(segment.length());
        var bytes = decoded(segment);
        var text = utf8(bytes);
        for (int i = 0; i < text.length(); i++) {
            add(text, i, name);
        }
        return withoutTraps(name.toString());
    }

    /// Whether it has nothing to decode and nothing to escape, as nearly all have.
    private boolean isPlain(String segment) {
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c == '%' || c > 0x7e || isRefused(c)) {
                return false;
            }
        }
        return true;
    }

    /// The name for a segment and the query behind it, which is not decoded.
    public String of(String segment, String query) {
        var path = segment.isEmpty() ? EMPTY : shortened(plain(segment));
        var name = new StringBuilder(path).append(this == UNIX ? "?" : "%3F");
        for (int i = 0; i < query.length(); i++) {
            if (isRefused(query.charAt(i))) {
                escape(query.charAt(i), name);
            } else {
                name.append(query.charAt(i));
            }
        }
        return shortened(withoutAdded(withoutTraps(name.toString())));
    }

    private void add(String text, int i, StringBuilder name) {
        char c = text.charAt(i);
        if (c >= NOT_UTF8 && c < NOT_UTF8 + 0x100) {
            escape(c - NOT_UTF8, name);
        } else if (isRefused(c) || (c == '%' && isOurs(text, i))) {
            escape(c, name);
        } else {
            name.append(c);
        }
    }

    /// Whether what follows a percent sign looks like an escape that is written here.
    private boolean isOurs(String text, int i) {
        if (text.equals(EMPTY)) {
            return true;
        }
        if (!isEscape(text, i)
                || !isCapital(text.charAt(i + 1))
                || !isCapital(text.charAt(i + 2))) {
            return false;
        }
        char c = (char) HexFormat.fromHexDigits(text, i + 1, i + 3);
        return this == PORTABLE || c == '%' || c == '.' || c >= 0x80 || isRefused(c);
    }

    private static boolean isCapital(char digit) {
        return digit <= 'F';
    }

    private boolean isRefused(char c) {
        return c < ' '
                || c == 0x7f
                || c == '/'
                || (this == PORTABLE && "<>:\"|?*\\".indexOf(c) >= 0);
    }

    private String withoutTraps(String name) {
        if (name.equals(".") || name.equals("..")) {
            return name.replace(".", "%2E");
        }
        if (this == UNIX) {
            return name;
        }
        int dot = name.indexOf('.');
        var stem = (dot < 0 ? name : name.substring(0, dot)).toLowerCase(Locale.ROOT).strip();
        var result = new StringBuilder(name);
        if (DEVICES.contains(stem)) {
            result.setLength(0);
            escape(name.charAt(0), result);
            result.append(name, 1, name.length());
        }
        char last = result.charAt(result.length() - 1);
        if (last == '.' || last == ' ') {
            result.setLength(result.length() - 1);
            escape(last, result);
        }
        return result.toString();
    }

    /// The name with an escape for what looks like something that is added to names.
    private static String withoutAdded(String name) {
        if (name.indexOf('~') < 0 && name.indexOf('%') < 0) {
            return name;
        }
        var added = ADDED.matcher(name);
        if (!added.matches()) {
            return name;
        }
        var tilde = added.group(2);
        var escaped = tilde.equals("~") ? "%7E" : "%25" + tilde.substring(1);
        return added.group(1) + escaped + added.group(3);
    }

    private static String shortened(String name) {
        if (3 * name.length() <= MOST_BYTES - 4) { // three bytes for each at most
            return name;
        }
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        return length <= MOST_BYTES && !isAsCut(name, length) ? name : cut(name, MOST_BYTES);
    }

    /// A name that is too long: so many bytes of it, the last of which are of its hash.
    static String cut(String name, int most) {
        var bytes = name.getBytes(StandardCharsets.UTF_8);
        int end = most - HASH_DIGITS - 1;
        while ((bytes[end] & 0xC0) == 0x80) { // within a character
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8)
                + "~"
                + hash(bytes).substring(0, HASH_DIGITS);
    }

    /// Whether a name looks like a longer one that was cut.
    private static boolean isAsCut(String name, int length) {
        return length > MOST_BYTES - 4 && CUT.matcher(name).matches(); // 4: of a character
    }

    static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }

    private static byte[] decoded(String segment) {
        var bytes = new ByteArrayOutputStream(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c == '%' && isEscape(segment, i)) {
                bytes.write(HexFormat.fromHexDigits(segment, i + 1, i + 3));
                i += 2;
            } else {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    private static boolean isEscape(String text, int i) {
        return i + 2 < text.length()
                && HexFormat.isHexDigit(text.charAt(i + 1))
                && HexFormat.isHexDigit(text.charAt(i + 2));
    }

    private static final char NOT_UTF8 = '\uE000'; // private use: a byte that is no character

    /// The text of bytes; each that is not UTF-8 is a character of private use, as is each of these
    /// characters itself, byte by byte.
    private static String utf8(byte[] bytes) {
        var text = new StringBuilder(bytes.length);
        for (int i = 0; i < bytes.length; ) {
            int length = characterAt(bytes, i);
            if (length == 0) {
                text.append((char) (NOT_UTF8 + (bytes[i] & 0xff)));
                i++;
            } else {
                text.append(new String(bytes, i, length, StandardCharsets.UTF_8));
                i += length;
            }
        }
        return text.toString();
    }

    private static int characterAt(byte[] bytes, int from) {
        for (int length = 1; length <= 4 && from + length <= bytes.length; length++) {
            try {
                var one =
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .decode(ByteBuffer.wrap(bytes, from, length));
                char c = one.charAt(0);
                return c >= NOT_UTF8 && c < NOT_UTF8 + 0x100 ? 0 : length;
            } catch (CharacterCodingException e) {
                // perhaps a longer one
            }
        }
        return 0;
    }

    private static void escape(int c, StringBuilder name) {
        name.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
    }
}
