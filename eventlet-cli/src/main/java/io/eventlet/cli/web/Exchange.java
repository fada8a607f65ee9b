// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.web;

import io.eventlet.Timeout;
import io.eventlet.cli.display.Quantity;
import io.eventlet.http.client.ClientRequest;
import io.eventlet.http.client.ClientResponse;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;

import java.io.IOException;
import java.time.Duration;

/// GET requests, each under one time limit from the look-up of the name to the last byte.
///
/// Thread-safe; [#get] blocks its green thread only.
///
/// @param client what sends them
/// @param userAgent what they call themselves
/// @param limit how long each may take; zero for as long as it likes
public record Exchange(HttpClient client, String userAgent, Duration limit) {
    /// Makes something of a response; it need not read the body to its end.
    @FunctionalInterface
    public interface ResponseReader<T> {
        T read(ClientResponse response) throws Exception;
    }

    /// Sends a request, follows redirects and has the last response read.
    ///
    /// @throws KnownFailure of the kind "timeout" when the limit expired
    /// @throws Exception what the client or the reader threw
    public <T> T get(HttpUrl url, ResponseReader<T> reader) throws Exception {
        if (limit.isZero()) {
            return send(url, reader);
        }
        Timeout timeout = Timeout.after(limit);
        try {
            return send(url, reader);
        } catch (Exception | Error e) {
            // The expiry may come out wrapped by whoever was waiting when it came.
            if (timeout.isExpired()) {
                throw new KnownFailure(
                        FailureKind.TIMEOUT, "not finished within " + Quantity.time(limit), e);
            }
            throw e;
        } finally {
            timeout.close();
        }
    }

    private <T> T send(HttpUrl url, ResponseReader<T> reader) throws Exception {
        var request = ClientRequest.of("GET", url).header("User-Agent", userAgent);
        try (ClientResponse response = client.send(request)) {
            return reader.read(response);
        }
    }

    /// Throws what a caller that wants only successes must not take for one.
    ///
    /// @throws KnownFailure for a status of 400 and more, or a redirect that leads nowhere
    public static void ensureSuccess(ClientResponse response) throws IOException {
        if (!response.isSuccess()) {
            throw new KnownFailure(
                    FailureKind.ofStatus(response.status()),
                    "HTTP " + response.status() + " " + response.reason());
        }
    }
}
