// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.feeds;

import io.eventlet.GreenPile;
import io.eventlet.GreenPool;
import io.eventlet.cli.process.BlockingCalls;
import io.eventlet.cli.web.Exchange;
import io.eventlet.cli.web.FailureKind;
import io.eventlet.cli.web.KnownFailure;
import io.eventlet.cli.web.WebAddress;

import okhttp3.Response;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// The dispatch pattern: each request gets a pile of its own, and one pool for all of them caps how
/// many feeds are asked for at once, whatever the number of requests. Thread-safe.
public final class TitleDispatch {
    /// More than any honest feed; a body is held in memory while it is read.
    static final int LARGEST_FEED = 4 * 1024 * 1024;

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
        var pile = new GreenPile<Title>(pool);
        try {
            for (String url : urls) {
                pile.spawn(() ->
                        abandoned.get()
                                ? new Title.Missing(url, FailureKind.INTERRUPTED)
                                : title(url));
            }
            for (Title title : pile) {
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

    private static String read(Response response) throws Exception {
        Exchange.ensureSuccess(response);
        try (InputStream body = response.body().byteStream()) {
            byte[] feed = body.readNBytes(LARGEST_FEED + 1);
            if (feed.length > LARGEST_FEED) {
                throw new KnownFailure(
                        FailureKind.TOO_LARGE, "more than " + LARGEST_FEED + " bytes");
            }
            String contentType = response.header("Content-Type");
            return PARSING.call(() -> FeedTitle.of(feed, contentType));
        }
    }
}
