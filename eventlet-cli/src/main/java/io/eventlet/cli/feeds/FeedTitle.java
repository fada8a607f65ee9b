// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.feeds;

import io.eventlet.cli.web.FailureKind;
import io.eventlet.cli.web.KnownFailure;

import org.jspecify.annotations.Nullable;

import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// The title of a feed: RSS in whatever version it says, or Atom.
///
/// The JDK's XML reader reads up to the title and no further. Entities that the feed declares are
/// known; nothing outside it is read, and how much entities may grow is limited by the JDK, so that
/// a feed can neither read files nor open connections nor blow up (XXE, "billion laughs").
final class FeedTitle {
    private static final List<String> RSS = List.of("rss", "channel", "title");
    private static final List<String> RSS_1 = List.of("RDF", "channel", "title");
    private static final List<String> ATOM = List.of("feed", "title");

    private FeedTitle() {}

    /// The title of a whole feed, on one line.
    ///
    /// @param feed the bytes of the feed
    /// @param contentType the header of that name, or null
    /// @throws KnownFailure of the kind "not a feed"
    static String of(byte[] feed, @Nullable String contentType) throws KnownFailure {
        return Objects.requireNonNull(of(feed, feed.length, contentType, true));
    }

    /// The title of a feed of which so many bytes have come; null if more are needed.
    static @Nullable String of(
            byte[] feed, int length, @Nullable String contentType, boolean isWhole)
            throws KnownFailure {
        try (var text = new EndSeen(FeedText.of(feed, length, contentType))) {
            try {
                return title(text);
            } catch (KnownFailure e) {
                throw e;
            } catch (XMLStreamException | RuntimeException e) {
                if (!isWhole && text.isEnd) {
                    return null;
                }
                throw new KnownFailure(
                        FailureKind.NOT_A_FEED, "it cannot be read as RSS or Atom", e);
            }
        } catch (KnownFailure e) {
            throw e;
        } catch (IOException e) {
            throw new KnownFailure(FailureKind.NOT_A_FEED, "it cannot be read as RSS or Atom", e);
        }
    }

    private static String title(Reader text) throws XMLStreamException, KnownFailure {
        XMLStreamReader xml = factory().createXMLStreamReader(text);
        try {
            Deque<String> path = new ArrayDeque<>();
            Deque<String> namespaces = new ArrayDeque<>();
            while (xml.hasNext()) {
                switch (xml.next()) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        path.addLast(xml.getLocalName());
                        ensureFeed(path);
                        var namespace = Objects.requireNonNullElse(xml.getNamespaceURI(), "");
                        if (isTitle(path) && namespace.equals(namespaces.getLast())) {
                            return line(text(xml));
                        }
                        namespaces.addLast(namespace);
                    }
                    case XMLStreamConstants.END_ELEMENT -> {
                        path.removeLast();
                        namespaces.removeLast();
                    }
                    default -> {}
                }
            }
        } finally {
            xml.close();
        }
        throw new KnownFailure(FailureKind.NOT_A_FEED, "it has no title");
    }

    private static XMLInputFactory factory() {
        var factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty("http://java.sun.com/xml/stream/properties/ignore-external-dtd", true);
        factory.setXMLResolver((_, _, _, _) -> InputStream.nullInputStream());
        return factory;
    }

    private static void ensureFeed(Deque<String> path) throws KnownFailure {
        var root = path.getFirst();
        if (!root.equals("rss") && !root.equals("RDF") && !root.equals("feed")) {
            throw new KnownFailure(
                    FailureKind.NOT_A_FEED, "its root is <%s>, not RSS or Atom".formatted(root));
        }
    }

    private static boolean isTitle(Deque<String> path) {
        var names = List.copyOf(path);
        return names.equals(RSS) || names.equals(RSS_1) || names.equals(ATOM);
    }

    /// All text up to the end of the element, that of elements in it as well.
    private static String text(XMLStreamReader xml) throws XMLStreamException {
        var text = new StringBuilder();
        int depth = 1;
        while (depth > 0) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> depth++;
                case XMLStreamConstants.END_ELEMENT -> depth--;
                case XMLStreamConstants.CHARACTERS,
                        XMLStreamConstants.CDATA,
                        XMLStreamConstants.SPACE ->
                        text.append(xml.getText());
                default -> {}
            }
        }
        return text.toString();
    }

    private static String line(String title) throws KnownFailure {
        var line = title.replaceAll("[\\p{Cc}\\s\\u2028\\u2029]+", " ").strip();
        if (line.isEmpty()) {
            throw new KnownFailure(FailureKind.NOT_A_FEED, "it has no title");
        }
        return line;
    }

    /// Notes whether all of the text has been read.
    private static final class EndSeen extends FilterReader {
        private boolean isEnd;

        EndSeen(Reader in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int c = super.read();
            isEnd |= c < 0;
            return c;
        }

        @Override
        public int read(char[] into, int offset, int length) throws IOException {
            int n = super.read(into, offset, length);
            isEnd |= n < 0;
            return n;
        }
    }
}
