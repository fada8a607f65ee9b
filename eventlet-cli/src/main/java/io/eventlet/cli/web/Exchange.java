// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.web;

import io.eventlet.Timeout;

import okhttp3.Call;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;

/// GET requests, each under one time limit from the look-up of the name to the last byte.
///
/// Thread-safe; [#get] blocks its green thread only.
///
/// @param client what sends them
/// @param userAgent what they call themselves
/// @param limit how long each may take; zero for as long as it likes
public record Exchange(OkHttpClient client, String userAgent, Duration limit) {
    /// Makes something of a response; it need not read the body to its end.
    @FunctionalInterface
    public interface ResponseReader<T> {
        T read(Response response) throws Exception;
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
                        FailureKind.TIMEOUT, "not finished within " + seconds(limit), e);
            }
            throw e;
        } finally {
            timeout.close();
        }
    }

    private <T> T send(HttpUrl url, ResponseReader<T> reader) throws Exception {
        Call call = client.newCall(request(url));
        @Nullable Response response = null;
        boolean finished = false;
        try {
            response = call.execute();
            T value = reader.read(response);
            finished = true;
            return value;
        } finally {
            // A connection that is left in the middle of something is of no use to the next
            // request, and closing the response would wait for the rest of it.
            if (!finished) {
                call.cancel();
            }
            if (response != null) {
                response.close();
            }
        }
    }

    private Request request(HttpUrl url) {
        var request = new Request.Builder().url(url).header("User-Agent", userAgent);
        if (!limit.isZero()) {
            request.tag(Duration.class, limit);
        }
        if (!url.username().isEmpty()) {
            request.header("Authorization", Credentials.basic(url.username(), url.password()));
        }
        return request.build();
    }

    private static String seconds(Duration limit) {
        return io.eventlet.cli.display.Quantity.time(limit);
    }

    /// Throws what a caller that wants only successes must not take for one.
    ///
    /// @throws KnownFailure for a status of 400 and more, or a redirect that leads nowhere
    public static void ensureSuccess(Response response) throws IOException {
        if (!response.isSuccessful()) {
            throw new KnownFailure(
                    FailureKind.ofStatus(response.code()),
                    "HTTP " + response.code() + " " + response.message());
        }
    }
}
