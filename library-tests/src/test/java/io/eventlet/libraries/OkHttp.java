// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import io.eventlet.GreenPool;
import io.eventlet.libraries.storm.Library;
import io.eventlet.net.GreenSocketFactory;
import io.eventlet.net.tls.GreenSslSocketFactory;

import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// OkHttp over green sockets: half of the calls are made by those who ask, half by green threads of
/// its dispatcher.
record OkHttp(Site site, OkHttpClient client) implements Library, AutoCloseable {
    static final int POOLED = 8; // connections

    static OkHttp open(Site site) throws IOException, GeneralSecurityException {
        var dispatcher = new Dispatcher(new GreenPool(32));
        dispatcher.setMaxRequestsPerHost(32);
        return new OkHttp(
                site,
                new OkHttpClient.Builder()
                        .socketFactory(GreenSocketFactory.instance())
                        .sslSocketFactory(
                                GreenSslSocketFactory.of(site.certificate().context()),
                                site.certificate().trust())
                        .fastFallback(false) // else it connects on threads of its own
                        .protocols(List.of(Protocol.HTTP_1_1))
                        .dispatcher(dispatcher)
                        .connectionPool(new ConnectionPool(POOLED, 1, TimeUnit.MINUTES))
                        .build());
    }

    @Override
    public long ask(long question, long millis) throws Exception {
        var request = new Request.Builder().url(site.url(question, millis)).build();
        var call = client.newCall(request);
        return question % 4 < 2 ? execute(call) : enqueue(call);
    }

    private static long execute(Call call) throws IOException {
        try (var response = call.execute()) {
            return number(response);
        }
    }

    /// Whoever does not wait for the answer any more takes the call back.
    private static long enqueue(Call call) throws Exception {
        var answer = new Answer();
        call.enqueue(answer);
        try {
            return answer.future.get();
        } finally {
            call.cancel();
        }
    }

    private static long number(Response response) throws IOException {
        return Long.parseLong(response.body().string());
    }

    private static final class Answer implements Callback {
        private final CompletableFuture<Long> future = new CompletableFuture<>();

        @Override
        public void onResponse(Call call, Response response) throws IOException {
            try (response) {
                future.complete(number(response));
            } catch (IOException | RuntimeException e) {
                future.completeExceptionally(e);
            }
        }

        @Override
        public void onFailure(Call call, IOException e) {
            future.completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        client.connectionPool().evictAll();
    }
}
