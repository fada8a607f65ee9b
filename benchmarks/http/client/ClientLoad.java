// SPDX-License-Identifier: Apache-2.0

import com.sun.management.OperatingSystemMXBean;

import io.eventlet.Eventlet;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/// One HTTP client under load. Usage: ClientLoad NAME; then each line of standard input, `THREADS
/// MILLIS URL keep|close`, is answered by a line: requests, processor time of the process in
/// nanoseconds, elapsed time in nanoseconds.
final class ClientLoad {
    /// Gets a URL and reads its body; how long that is.
    interface Client {
        int get(String url, boolean close) throws Exception;
    }

    private ClientLoad() {}

    static void main(String... args) throws Exception {
        boolean ours = args[0].equals("eventlet");
        var client =
                switch (args[0]) {
                    case "eventlet" -> ours();
                    case "okhttp" -> okHttp();
                    case "apache" -> apache();
                    case "helidon" -> helidon();
                    case "jdk" -> jdk();
                    default -> throw new IllegalArgumentException(args[0]);
                };
        System.out.println("ready");
        var lines = new BufferedReader(new InputStreamReader(System.in));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            var words = line.split(" ");
            int threads = Integer.parseInt(words[0]);
            long millis = Long.parseLong(words[1]);
            boolean close = words[3].equals("close");
            System.out.println(
                    ours
                            ? Eventlet.<String>run(
                                    () -> load(client, true, threads, millis, words[2], close))
                            : load(client, false, threads, millis, words[2], close));
        }
    }

    private static String load(
            Client client, boolean green, int threads, long millis, String url, boolean close)
            throws Exception {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        var count = new AtomicLong();
        long cpu = system.getProcessCpuTime();
        long begin = System.nanoTime();
        long end = begin + millis * 1_000_000;
        Callable<Long> work =
                () -> {
                    long done = 0;
                    while (System.nanoTime() - end < 0) {
                        client.get(url, close);
                        done++;
                    }
                    return done;
                };
        if (green) {
            var all = new java.util.ArrayList<io.eventlet.GreenThread<Long>>();
            for (int i = 0; i < threads; i++) {
                all.add(Eventlet.spawn(work));
            }
            all.forEach(thread -> count.addAndGet(thread.await()));
        } else {
            var ended = new Semaphore(0);
            var failure = new java.util.concurrent.atomic.AtomicReference<Throwable>();
            for (int i = 0; i < threads; i++) {
                Thread.startVirtualThread(() -> {
                    try {
                        count.addAndGet(work.call());
                    } catch (Throwable e) {
                        failure.set(e);
                    } finally {
                        ended.release();
                    }
                });
            }
            ended.acquire(threads);
            if (failure.get() != null) {
                throw new Exception(failure.get());
            }
        }
        return "%d %d %d"
                .formatted(
                        count.get(), system.getProcessCpuTime() - cpu, System.nanoTime() - begin);
    }

    private static Client ours() {
        var client = io.eventlet.http.client.HttpClient.create();
        return (url, close) -> {
            var request = io.eventlet.http.client.ClientRequest.get(url);
            try (var response =
                    client.send(close ? request.header("Connection", "close") : request)) {
                return ensure(response.status(), response.bytes().length);
            }
        };
    }

    private static Client okHttp() {
        var client =
                new okhttp3.OkHttpClient.Builder()
                        .connectionPool(
                                new okhttp3.ConnectionPool(
                                        100, 1, java.util.concurrent.TimeUnit.MINUTES))
                        .build();
        return (url, close) -> {
            var request = new okhttp3.Request.Builder().url(url);
            if (close) {
                request.header("Connection", "close");
            }
            try (var response = client.newCall(request.build()).execute()) {
                return ensure(response.code(), response.body().bytes().length);
            }
        };
    }

    private static Client apache() {
        var connections =
                org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder
                        .create()
                        .setMaxConnTotal(100)
                        .setMaxConnPerRoute(100)
                        .build();
        var client =
                org.apache.hc.client5.http.impl.classic.HttpClients.custom()
                        .setConnectionManager(connections)
                        .build();
        return (url, close) -> {
            var request = new org.apache.hc.client5.http.classic.methods.HttpGet(url);
            if (close) {
                request.setHeader("Connection", "close");
            }
            return client.execute(
                    request,
                    response ->
                            ensure(
                                    response.getCode(),
                                    org.apache.hc.core5.http.io.entity.EntityUtils.toByteArray(
                                                    response.getEntity())
                                            .length));
        };
    }

    private static Client helidon() {
        var client = io.helidon.webclient.api.WebClient.builder().connectionCacheSize(100).build();
        return (url, close) -> {
            var request = client.get(url);
            if (close) {
                request.keepAlive(false);
            }
            try (var response = request.request()) {
                return ensure(response.status().code(), response.as(byte[].class).length);
            }
        };
    }

    private static Client jdk() {
        var client =
                java.net.http.HttpClient.newBuilder()
                        .version(java.net.http.HttpClient.Version.HTTP_1_1)
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .build();
        return (url, close) -> {
            var request = java.net.http.HttpRequest.newBuilder(URI.create(url));
            if (close) {
                request.header("Connection", "close");
            }
            var response =
                    client.send(
                            request.build(), java.net.http.HttpResponse.BodyHandlers.ofByteArray());
            return ensure(response.statusCode(), response.body().length);
        };
    }

    private static int ensure(int status, int length) {
        if (status != 200) {
            throw new IllegalStateException("status " + status);
        }
        return length;
    }
}
