// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.feeds;

import io.eventlet.GreenPool;
import io.eventlet.cli.process.BlockingCalls;
import io.eventlet.cli.web.Exchange;
import io.eventlet.cli.web.FailureKind;
import io.eventlet.cli.web.InOrder;
import io.eventlet.cli.web.KnownFailure;
import io.eventlet.cli.web.WebAddress;
import io.eventlet.http.client.ClientResponse;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// The dispatch pattern: each request gets its titles in order, and one pool for all of them caps
/// how many feeds are asked for at once, whatever the number of requests. Thread-safe.
public final class TitleDispatch {
    /// More than any honest feed has before its title; so much is held in memory while it is read.
    static final int LARGEST_FEED = 4 * 1024 * 1024;

    private static final int FIRST_PIECE = 16 * 1024;

    /// Reading XML is computation, and the first feed loads a parser: a hub should not wait for
    /// either.
    private static final BlockingCalls PARSING =
            new BlockingCalls("eventlet-parse", Runtime.getRuntime().availableProcessors());

    private final Exchange exchange;
    private final GreenPool pool;
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final AtomicInteger atOnce = new AtomicInteger();

    /// Takes the titles of one request, in order.
    @FunctionalInterface
    public interface TitleTaker {
        void take(Title title) throws IOException;
    }

    /// What became of one feed.
    public sealed interface Title {
        /// How it reads in the answer.
        String line();

        record Found(String line) implements Title {}

        record Missing(String url, FailureKind kind) implements Title {
            @Override
            public String line() {
                return "error: " + kind + ": " + WebAddress.withoutPassword(url);
            }
        }
    }

    /// @param exchange what asks for feeds
    /// @param limit how many feeds may be asked for at once, by all requests together
    public TitleDispatch(Exchange exchange, int limit) {
        this.exchange = exchange;
        this.pool = new GreenPool(limit);
    }

    /// Asks for all the feeds and hands each title over in the order of the URLs.
    ///
    /// @throws IOException what the taker threw; feeds whose turn has not come are then left alone
    public void titles(List<String> urls, TitleTaker taker) throws IOException {
        var abandoned = new AtomicBoolean();
        try (InOrder<Title> titles =
                InOrder.of(
                        pool,
                        urls.size(),
                        urls.iterator(),
                        url ->
                                abandoned.get()
                                        ? new Title.Missing(url, FailureKind.INTERRUPTED)
                                        : title(url))) {
            for (Title title = titles.next(); title != null; title = titles.next()) {
                taker.take(title);
            }
        } finally {
            abandoned.set(true);
        }
    }

    /// The most feeds that were asked for at the same time so far.
    public int mostAtOnce() {
        return mostAtOnce.get();
    }

    private Title title(String url) {
        mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        try {
            return new Title.Found(exchange.get(WebAddress.parse(url), TitleDispatch::read));
        } catch (Exception e) {
            return new Title.Missing(url, FailureKind.of(e));
        } finally {
            atOnce.decrementAndGet();
        }
    }

    /// Reads the feed as far as its title, in pieces that grow.
    private static String read(ClientResponse response) throws Exception {
        Exchange.ensureSuccess(response);
        String contentType = response.headers().get("Content-Type");
        InputStream body = response.body();
        var feed = new byte[FIRST_PIECE];
        int length = 0;
        while (true) {
            int n = body.readNBytes(feed, length, feed.length - length);
            length += n;
            byte[] read = feed;
            int end = length;
            boolean isWhole = length < feed.length;
            String title = PARSING.call(() -> FeedTitle.of(read, end, contentType, isWhole));
            if (title != null) {
                return title;
            }
            if (length >= LARGEST_FEED) {
                throw new KnownFailure(
                        FailureKind.TOO_LARGE, "no title in " + LARGEST_FEED + " bytes");
            }
            feed = Arrays.copyOf(feed, Math.min(LARGEST_FEED, 4 * feed.length));
        }
    }
}
