// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.feeds;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/// The text that the bytes of a feed are. Its encoding is what the mark at its beginning says, or
/// else the header, or else the document (RFC 7303, 3.2); without any of them it is UTF-8. White
/// space before the document is dropped: templates leave it there.
final class FeedText {
    private static final String MARK = "\uFEFF";
    private static final List<Charset> MARKED =
            List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE);
    private static final Pattern PROLOG =
            Pattern.compile("\\s*<\\?xml\\b[^>]*?\\bencoding\\s*=\\s*[\"']([^\"'>]+)[\"']");
    private static final Pattern HEADER =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\\s\";]+)", Pattern.CASE_INSENSITIVE);
    private static final int LONGEST_PROLOG = 1024;

    private FeedText() {}

    static Reader of(byte[] feed, int length, @Nullable String contentType) {
        int start = 0;
        Charset charset = null;
        for (Charset marked : MARKED) {
            byte[] mark = MARK.getBytes(marked);
            if (charset == null && startsWith(feed, length, mark)) {
                charset = marked;
                start = mark.length;
            }
        }
        if (charset == null) {
            charset = charset(feed, length, contentType);
        }
        int wide = charset.newEncoder().maxBytesPerChar() > 1 && isUtf16(charset) ? 2 : 1;
        while (start + wide <= length && isBlank(feed, start, charset)) {
            start += wide;
        }
        return new InputStreamReader(
                new ByteArrayInputStream(feed, start, length - start), charset);
    }

    private static boolean isUtf16(Charset charset) {
        return charset.name().startsWith("UTF-16");
    }

    private static boolean isBlank(byte[] feed, int at, Charset charset) {
        int c = feed[at];
        if (isUtf16(charset)) {
            boolean little = charset.equals(StandardCharsets.UTF_16LE);
            c = little ? feed[at] | feed[at + 1] << 8 : feed[at] << 8 | feed[at + 1];
        }
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static boolean startsWith(byte[] bytes, int length, byte[] beginning) {
        return length >= beginning.length
                && Arrays.equals(bytes, 0, beginning.length, beginning, 0, beginning.length);
    }

    private static Charset charset(byte[] feed, int length, @Nullable String contentType) {
        Charset said = contentType == null ? null : named(HEADER, contentType);
        if (said != null) {
            return said;
        }
        if (startsWith(feed, length, new byte[] {0, '<'})) {
            return StandardCharsets.UTF_16BE;
        }
        if (startsWith(feed, length, new byte[] {'<', 0})) {
            return StandardCharsets.UTF_16LE;
        }
        var beginning =
                new String(feed, 0, Math.min(length, LONGEST_PROLOG), StandardCharsets.ISO_8859_1);
        Charset written = named(PROLOG, beginning);
        return written == null || isUtf16(written) ? StandardCharsets.UTF_8 : written;
    }

    /// The charset whose name is found; null if there is none, or nobody knows it.
    private static @Nullable Charset named(Pattern pattern, String text) {
        var found = pattern.matcher(text);
        try {
            return found.find() ? Charset.forName(found.group(1).strip()) : null;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
