// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.feeds;

import com.rometools.rome.io.FeedException;
import com.rometools.rome.io.SyndFeedInput;
import com.rometools.rome.io.XmlReader;

import io.eventlet.cli.web.FailureKind;
import io.eventlet.cli.web.KnownFailure;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;

/// The title of a feed: RSS in its versions, or Atom.
///
/// ROME reads the feed, with document type declarations refused, so that a feed can neither read
/// files nor open connections nor blow up (XXE, "billion laughs").
final class FeedTitle {
    private FeedTitle() {}

    /// The title on one line.
    ///
    /// @param feed the bytes of the feed; their encoding is found as RFC 7303 says
    /// @param contentType the header of that name, or null
    /// @throws KnownFailure of the kind "not a feed"
    static String of(byte[] feed, @Nullable String contentType) throws KnownFailure {
        try (var reader = new XmlReader(new ByteArrayInputStream(feed), contentType, true)) {
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
}
