// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.feeds;

import com.rometools.rome.io.FeedException;
import com.rometools.rome.io.SyndFeedInput;
import com.rometools.rome.io.XmlReader;

import io.eventlet.cli.web.FailureKind;
import io.eventlet.cli.web.KnownFailure;

import okhttp3.MediaType;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// The title of a feed: RSS in its versions, or Atom.
///
/// ROME reads the feed, with document type declarations refused, so that a feed can neither read
/// files nor open connections nor blow up (XXE, "billion laughs").
final class FeedTitle {
    private static final String MARK = "\uFEFF"; // may stand first, and tells the encoding
    private static final List<Charset> MARKED =
            List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE);

    private FeedTitle() {}

    /// The title on one line.
    ///
    /// @param feed the bytes of the feed
    /// @param contentType the header of that name, or null
    /// @throws KnownFailure of the kind "not a feed"
    static String of(byte[] feed, @Nullable String contentType) throws KnownFailure {
        try (Reader reader = reader(feed, contentType)) {
            String title = new SyndFeedInput().build(reader).getTitle();
            if (title != null && !title.isBlank()) {
                return title.replaceAll("[\\p{Cc}\\s\\u2028\\u2029]+", " ").strip();
            }
            throw new KnownFailure(FailureKind.NOT_A_FEED, "it has no title");
        } catch (KnownFailure e) {
            throw e;
        } catch (FeedException | IOException | RuntimeException e) {
            throw new KnownFailure(FailureKind.NOT_A_FEED, "it cannot be read as RSS or Atom", e);
        }
    }

    /// The text of the feed. What its encoding is says the mark at its beginning, or else the
    /// header, or else the document (RFC 7303, section 3.2); without any of them it is UTF-8.
    private static Reader reader(byte[] feed, @Nullable String contentType) throws IOException {
        for (Charset charset : MARKED) {
            byte[] mark = MARK.getBytes(charset);
            if (startsWith(feed, mark)) {
                int rest = feed.length - mark.length;
                return new InputStreamReader(
                        new ByteArrayInputStream(feed, mark.length, rest), charset);
            }
        }
        var bytes = new ByteArrayInputStream(feed);
        MediaType type = contentType == null ? null : MediaType.parse(contentType);
        Charset charset = type == null ? null : type.charset();
        return charset == null ? new XmlReader(bytes, true) : new InputStreamReader(bytes, charset);
    }

    private static boolean startsWith(byte[] bytes, byte[] beginning) {
        return bytes.length >= beginning.length
                && Arrays.equals(bytes, 0, beginning.length, beginning, 0, beginning.length);
    }
}
