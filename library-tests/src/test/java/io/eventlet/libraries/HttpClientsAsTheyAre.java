// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import com.rometools.rome.io.SyndFeedInput;
import com.rometools.rome.io.XmlReader;

import io.eventlet.libraries.servers.EchoServer;
import io.eventlet.libraries.storm.Library;

import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

import org.apache.http.client.methods.HttpGet;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.util.EntityUtils;
import org.jsoup.Jsoup;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// What asks by HTTP, with no word about sockets or threads.
enum HttpClientsAsTheyAre {
    /// It sends a request again when the JDK has closed the connection of a thread that is to stop,
    /// and may have the answer before it waits.
    APACHE_4 {
        @Override
        boolean mayAnswerWhoIsInterrupted() {
            return true;
        }

        @Override
        Client open(Site site, int connections) throws Exception {
            var client =
                    HttpClients.custom()
                            .setSSLContext(site.certificate().context())
                            .setMaxConnTotal(2 * connections)
                            .setMaxConnPerRoute(connections)
                            .build();
            return new Client(
                    (question, millis) -> {
                        try (var response =
                                client.execute(new HttpGet(site.url(question, millis)))) {
                            return Long.parseLong(EntityUtils.toString(response.getEntity()));
                        }
                    },
                    client);
        }
    },

    APACHE_5 {
        @Override
        Client open(Site site, int connections) throws Exception {
            return HttpClient5.openAsItIs(site, connections);
        }
    },

    OK_HTTP {
        @Override
        Client open(Site site, int connections) throws Exception {
            var client =
                    new OkHttpClient.Builder()
                            .readTimeout(NO_LIMIT)
                            .sslSocketFactory(
                                    site.certificate().context().getSocketFactory(),
                                    site.certificate().trust())
                            .build();
            return new Client(
                    (question, millis) -> {
                        var call = client.newCall(request(site.url(question, millis)));
                        try (var response = call.execute()) {
                            return Long.parseLong(response.body().string());
                        }
                    },
                    () -> client.connectionPool().evictAll());
        }
    },

    /// Calls that its dispatcher makes, on threads of its own, which may be of another hub.
    OK_HTTP_ENQUEUED {
        @Override
        boolean mayAnswerWhoIsInterrupted() {
            return true;
        }

        @Override
        Client open(Site site, int connections) throws Exception {
            var client = new OkHttpClient.Builder().readTimeout(NO_LIMIT).build();
            client.dispatcher().setMaxRequestsPerHost(connections);
            return new Client(
                    (question, millis) -> {
                        var url = url(site.echo(), "echo", question, millis);
                        return enqueue(client.newCall(request(url)));
                    },
                    () -> client.dispatcher().executorService().shutdown());
        }
    },

    /// It asks by the JDK's client, of which it has one for all.
    JSOUP {
        @Override
        boolean mayAnswerWhoIsInterrupted() {
            return true;
        }

        @Override
        Client open(Site site, int connections) {
            return new Client(
                    (question, millis) -> {
                        var url = url(site.echo(), "page", question, millis);
                        return Long.parseLong(Jsoup.connect(url).timeout(0).get().title());
                    },
                    () -> {});
        }
    },

    ROME {
        @Override
        @SuppressWarnings("deprecation") // as its users read feeds
        Client open(Site site, int connections) {
            return new Client(
                    (question, millis) -> {
                        var url = URI.create(url(site.echo(), "feed", question, millis)).toURL();
                        try (var reader = new XmlReader(url)) {
                            return Long.parseLong(new SyndFeedInput().build(reader).getTitle());
                        }
                    },
                    () -> {});
        }
    };

    /// The limits are those of the tests: an answer may be held until others have asked.
    private static final Duration NO_LIMIT = Duration.ZERO;

    /// Opens it for so many connections at once.
    abstract Client open(Site site, int connections) throws Exception;

    /// Whether a thread that is to stop may have its answer all the same, and keep the interrupt
    /// until the end of its limit.
    boolean mayAnswerWhoIsInterrupted() {
        return false;
    }

    record Client(Library library, Closeable resources) implements Closeable {
        @Override
        public void close() throws IOException {
            resources.close();
        }
    }

    private static String url(EchoServer server, String kind, long question, long millis) {
        return "http://127.0.0.1:%d/%s/%d/%d".formatted(server.port(), kind, question, millis);
    }

    private static Request request(String url) {
        return new Request.Builder().url(url).build();
    }

    /// Whoever does not wait for the answer any more takes the call back.
    private static long enqueue(Call call) throws Exception {
        var answer = new CompletableFuture<Long>();
        call.enqueue(
                new Callback() {
                    @Override
                    public void onResponse(Call asked, Response response) throws IOException {
                        try (response) {
                            answer.complete(Long.parseLong(response.body().string()));
                        } catch (IOException | RuntimeException e) {
                            answer.completeExceptionally(e);
                        }
                    }

                    @Override
                    public void onFailure(Call asked, IOException e) {
                        answer.completeExceptionally(e);
                    }
                });
        try {
            return answer.get();
        } finally {
            call.cancel();
        }
    }
}
