// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import io.eventlet.cli.web.Exchange;
import io.eventlet.cli.web.FailureKind;
import io.eventlet.http.client.ClientResponse;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;

/// Turns an item into its outcome. It never throws for what a server, a network or a disk did.
///
/// @param exchange what sends the requests
record Download(Exchange exchange) {
    Outcome of(Item item) {
        long start = System.nanoTime();
        return switch (item) {
            case Item.Bad(String text, FailureKind kind, String problem) ->
                    new Outcome.Failed(text, kind, 0, problem, Duration.ZERO);
            case Item.Good good -> {
                try {
                    yield exchange.get(good.url(), response -> outcome(good, response, start));
                } catch (Exception e) {
                    yield new Outcome.Failed(
                            good.text(), FailureKind.of(e), 0, reason(e), since(start));
                }
            }
        };
    }

    private static Outcome outcome(Item.Good item, ClientResponse response, long start)
            throws Exception {
        int status = response.status();
        if (!response.isSuccess()) {
            String message = ("HTTP " + status + " " + response.reason()).strip();
            return new Outcome.Failed(
                    item.text(), FailureKind.ofStatus(status), status, message, since(start));
        }
        InputStream body = response.body();
        long bytes = item.file() == null ? count(body) : WholeFile.write(body, item.file());
        return new Outcome.Fetched(item.text(), status, bytes, since(start), item.file());
    }

    private static long count(InputStream body) throws IOException {
        return body.transferTo(OutputStream.nullOutputStream());
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static String reason(Exception e) {
        return Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
    }
}
