// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.pages;

import org.jspecify.annotations.Nullable;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// The text of a page or a style sheet, and its bytes. Its charset is that of its first bytes, else
/// of its type, else the one that it says itself, else UTF-8.
@SuppressWarnings("ArrayRecordComponent") // nobody compares pages
record PageText(String text, byte[] body, Charset charset) {
    private static final int BEGINNING = 8192; // where a page has to say what it is in
    private static final Pattern CHARSET =
            Pattern.compile("charset\\s*=\\s*[\"']?([^\\s\"';]+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern OF_XML =
            Pattern.compile("^<\\?xml[^>]*?encoding\\s*=\\s*[\"']([^\"'>]+)[\"']");
    private static final Pattern OF_STYLE = Pattern.compile("^@charset \"([^\"]+)\";");

    /// What browsers read for what a page says, where it is not the same: what has more characters.
    private static final Map<String, String> MEANT =
            Map.of(
                    "gb2312", "GB18030",
                    "gbk", "GB18030",
                    "x-gbk", "GB18030",
                    "shift_jis", "windows-31j",
                    "iso-8859-1", "windows-1252",
                    "us-ascii", "windows-1252",
                    "iso-8859-9", "windows-1254",
                    "euc-kr", "x-windows-949",
                    "tis-620", "x-windows-874",
                    "big5", "Big5-HKSCS");

    static PageText of(String contentType, byte[] body) {
        var charset = charset(contentType, body);
        return new PageText(new String(body, charset), body, charset);
    }

    private static Charset charset(String contentType, byte[] body) {
        var found = ofMark(body);
        found = found == null ? named(first(CHARSET, contentType)) : found;
        if (found == null) {
            int length = Math.min(BEGINNING, body.length);
            var beginning = new String(body, 0, length, StandardCharsets.ISO_8859_1);
            found = ofItself(named(said(contentType, beginning)));
        }
        return found == null ? StandardCharsets.UTF_8 : found;
    }

    private static @Nullable Charset ofMark(byte[] body) {
        if (body.length >= 2 && body[0] == (byte) 0xFE && body[1] == (byte) 0xFF) {
            return StandardCharsets.UTF_16BE;
        }
        if (body.length >= 2 && body[0] == (byte) 0xFF && body[1] == (byte) 0xFE) {
            return StandardCharsets.UTF_16LE;
        }
        boolean isUtf8 =
                body.length >= 3
                        && body[0] == (byte) 0xEF
                        && body[1] == (byte) 0xBB
                        && body[2] == (byte) 0xBF;
        return isUtf8 ? StandardCharsets.UTF_8 : null;
    }

    /// What could be read as bytes of ASCII is not in UTF-16, whatever it says.
    private static @Nullable Charset ofItself(@Nullable Charset said) {
        return said != null && said.name().startsWith("UTF-16") ? null : said;
    }

    private static String said(String contentType, String beginning) {
        if (PageLinks.isStyle(contentType)) {
            return first(OF_STYLE, beginning);
        }
        var ofXml = first(OF_XML, beginning);
        if (!ofXml.isEmpty()) {
            return ofXml;
        }
        var tags = new Tags(beginning, false, () -> {});
        while (tags.next()) {
            if (tags.name().equals("meta")) {
                var own = tags.value("charset").strip();
                boolean isType = tags.value("http-equiv").strip().equalsIgnoreCase("content-type");
                own = own.isEmpty() && isType ? first(CHARSET, tags.value("content")) : own;
                if (!own.isEmpty()) {
                    return own;
                }
            }
        }
        return "";
    }

    private static String first(Pattern pattern, String text) {
        var match = pattern.matcher(text);
        return match.find() ? match.group(1) : "";
    }

    private static @Nullable Charset named(String name) {
        if (name.equalsIgnoreCase("utf-16")) {
            return StandardCharsets.UTF_16LE; // as browsers have it, if nothing else says so
        }
        var said = existing(name);
        var label = said == null ? name : said.name(); // of all its names the one that Java prefers
        var meant = existing(MEANT.getOrDefault(label.toLowerCase(Locale.ROOT), ""));
        return meant == null ? said : meant;
    }

    private static @Nullable Charset existing(String name) {
        try {
            return !name.isEmpty() && Charset.isSupported(name) ? Charset.forName(name) : null;
        } catch (IllegalCharsetNameException e) {
            return null;
        }
    }

    /// Where its characters begin among its bytes.
    TextPlaces places() {
        return new TextPlaces(body, charset);
    }

    /// A text of ASCII as it is written in this page.
    byte[] encoded(String ascii) {
        return charset.canEncode()
                ? ascii.getBytes(charset)
                : ascii.getBytes(StandardCharsets.US_ASCII);
    }
}
