// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.http.Headers;
import io.eventlet.http.UpgradedConnection;
import io.eventlet.http.wire.Limits;
import io.eventlet.lang.Durations;
import io.eventlet.net.OnCancellation;
import io.eventlet.net.tls.GreenSslSocketFactory;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiPredicate;
import java.util.function.Function;

/// A client for HTTP/1.1, in blocking style: what waits is the calling thread, and nothing else.
///
/// ```java
/// try (var client = HttpClient.builder().connectLimit(Duration.ofSeconds(3)).build()) {
///     for (var title : new GreenPool(100).imap(url -> title(client, url), urls)) {
///         IO.println(title);
///     }
/// }
///
/// static String title(HttpClient client, String url) throws IOException {
///     try (var response = client.get(url)) {
///         return response.isSuccess() ? titleOf(response.text()) : "none";
///     }
/// }
/// ```
///
/// Connections are kept and used again. Whatever ends a request but the end of its answer (a limit,
/// a [io.eventlet.Timeout], a kill, an error) closes its connection, so that no answer is taken for
/// that to another request. One that the server has closed meanwhile is not used.
///
/// Limits are on by default, except for the whole of a request: see [Builder]. When one passes,
/// `SocketTimeoutException` is thrown. Other errors are an `UnknownHostException`, a
/// `ConnectException`, an `SSLException`, a [io.eventlet.http.BadMessage] for what is no HTTP, and
/// `EOFException` when the connection ends too early. What ends a wait otherwise, such as a kill,
/// is thrown as it is.
///
/// Thread-safe, from green and other threads.
public final class HttpClient implements AutoCloseable {
    private final ClientSettings settings;
    final Connections connections;

    HttpClient(ClientSettings settings) {
        this.settings = settings;
        connections = new Connections(settings);
    }

    /// How a client is to be.
    public static Builder builder() {
        return new Builder();
    }

    /// One that has what the builder has by default.
    public static HttpClient create() {
        return builder().build();
    }

    /// Asks for a URL. Throws an `IllegalArgumentException` if it is none.
    public ClientResponse get(String url) throws IOException {
        return send(ClientRequest.get(url));
    }

    /// Sends a request, with its body, and waits for the head of the answer. The answer may be of
    /// any status.
    ///
    /// A body that is no array, or a long one, is sent by a green thread, which goes on if the
    /// answer begins before it has ended: so that both can be streamed at once. It stops, and
    /// closes the source, when the answer has a status of 300 or more, has been read to its end or
    /// is closed; the connection is not used again then. If the source fails, so does the request,
    /// or the reading of the answer.
    public ClientResponse send(ClientRequest request) throws IOException {
        return new Call(settings, connections, Objects.requireNonNull(request)).run();
    }

    /// Sends a request that has a field `Upgrade`, and takes the connection if the server changes
    /// the protocol. Throws an `IOException` if it does not. [#send] and
    /// [ClientResponse#upgraded()] do the same for those that want to look at the answer.
    public UpgradedConnection upgrade(ClientRequest request) throws IOException {
        if (!request.headers().contains("Upgrade")) {
            throw new IllegalArgumentException("a request without Upgrade: " + request);
        }
        try (var response = send(request)) {
            if (response.status() != 101) {
                throw new IOException(
                        "the server does not change the protocol: %d %s to %s"
                                .formatted(response.status(), response.reason(), request));
            }
            return response.upgraded();
        }
    }

    /// How many connections are idle.
    public int idle() {
        return connections.idle();
    }

    /// How many connections are in use.
    public int inUse() {
        return connections.inUse();
    }

    /// Closes all connections, also those in use: reads from them throw. Does nothing the second
    /// time.
    @Override
    public void close() {
        connections.close();
    }

    static String origin(HttpUrl url) {
        return url.scheme() + "://" + url.authority();
    }

    @Override
    public String toString() {
        return "HTTP client, connections: %d in use, %d idle".formatted(inUse(), idle());
    }

    /// What can be said of a client. What is not said has a default.
    public static final class Builder {
        private static final int MOST_FIELDS = 1000;

        private Duration connect = Duration.ofSeconds(10);
        private Duration head = Duration.ofSeconds(60);
        private Duration idle = Duration.ofSeconds(60);
        private Duration whole = Duration.ZERO;
        private Duration continues = Duration.ofSeconds(1);
        private Duration kept = Duration.ofSeconds(30);
        private int perHost = 100;
        private int inAll = 1000;
        private int headBytes = Limits.DEFAULT.allFields();
        private long bodyBytes;
        private int redirects = 20;
        private BiPredicate<? super HttpUrl, ? super HttpUrl> redirectRule = (_, _) -> true;
        private boolean retries = true;
        private @Nullable GreenSslSocketFactory tls;
        private Function<? super HttpUrl, ? extends @Nullable ProxyServer> proxies = _ -> null;
        private @Nullable CookieStore cookies;
        private final Map<String, Authentication> authentications = new HashMap<>();
        private boolean decodes;
        private List<ContentDecoder> decoders = List.of();
        private Resolver resolver = Resolver.system();
        private @Nullable AddressRule addressRule;
        private Headers headers = Headers.of("User-Agent", "eventlet", "Accept", "*/*");

        Builder() {}

        // ---- limits in time; zero for none

        /// How long it may take until there is a connection: the look-up of the name, all
        /// addresses, proxy and TLS. Default: 10 seconds.
        public Builder connectLimit(Duration limit) {
            connect = ensure(limit);
            return this;
        }

        /// How long the head of an answer may take after the request was sent. Default: a minute.
        public Builder headLimit(Duration limit) {
            head = ensure(limit);
            return this;
        }

        /// How long nothing may come of a body while nothing is taken of the request's, or nothing
        /// be taken of one that is sent. Default: a minute.
        public Builder idleLimit(Duration limit) {
            idle = ensure(limit);
            return this;
        }

        /// How long all of a request may take, from the call up to the last byte of the answer, the
        /// wait for a connection and redirects included. Default: as long as it likes.
        public Builder limit(Duration limit) {
            whole = ensure(limit);
            return this;
        }

        /// How long a request with [ClientRequest#expectContinue()] waits for leave to send its
        /// body. Default: a second.
        public Builder continueLimit(Duration limit) {
            continues = ensure(limit);
            return this;
        }

        // ---- connections

        /// How many connections to one host may be in use; who wants another waits, first come
        /// first served. Requests that a proxy forwards count as those to one host. Default: 100.
        public Builder connectionsPerHost(int most) {
            perHost = ensurePositive(most);
            return this;
        }

        /// How many connections there may be in all; who wants another waits, first come first
        /// served. Default: 1000.
        public Builder connections(int most) {
            inAll = ensurePositive(most);
            return this;
        }

        /// How long a connection is kept that nobody uses; zero to use each once. A server that
        /// says how long it keeps them is believed. Default: 30 seconds.
        public Builder keepAlive(Duration time) {
            kept = ensure(time);
            return this;
        }

        /// How a name becomes addresses. Default: [Resolver#system()].
        public Builder resolver(Resolver by) {
            resolver = Objects.requireNonNull(by);
            return this;
        }

        /// Which addresses may be connected to, such as [AddressRule#publicOnly()]. Default: all.
        public Builder addressRule(AddressRule rule) {
            addressRule = Objects.requireNonNull(rule);
            return this;
        }

        /// What makes sockets of TLS: with a context of one's own, or without looking at the names
        /// in certificates. Default: the context of the JVM.
        public Builder tls(GreenSslSocketFactory factory) {
            tls = Objects.requireNonNull(factory);
            return this;
        }

        /// The proxy for all requests.
        public Builder proxy(ProxyServer proxy) {
            Objects.requireNonNull(proxy);
            return proxies(_ -> proxy);
        }

        /// The proxy for each URL, null for none: see [ProxyServer#fromEnvironment(Map)].
        public Builder proxies(Function<? super HttpUrl, ? extends @Nullable ProxyServer> choice) {
            proxies = Objects.requireNonNull(choice);
            return this;
        }

        // ---- what is sent and received

        /// A field for each request that does not have it. By default there are `User-Agent:
        /// eventlet` and `Accept: */*`.
        public Builder header(String name, String value) {
            headers = headers.with(name, value);
            return this;
        }

        /// Fields for each request that does not have them, in place of all that were said, or that
        /// there are by default.
        public Builder headers(Headers fields) {
            headers = Objects.requireNonNull(fields);
            return this;
        }

        /// As [#header(String, String)].
        public Builder userAgent(String value) {
            return header("User-Agent", value);
        }

        /// How many bytes the fields of an answer may have. Default: 64 KiB.
        public Builder headerBytes(int most) {
            headBytes = ensurePositive(most);
            return this;
        }

        /// How many bytes a body may have, as it is sent and decoded; 0 for no limit, which is the
        /// default.
        public Builder bodyBytes(long most) {
            if (most < 0) {
                throw new IllegalArgumentException("a limit must not be negative: " + most);
            }
            bodyBytes = most;
            return this;
        }

        /// Asks for encoded bodies and decodes them: gzip, deflate, and what else there are
        /// decoders for. [ClientResponse#decoded()] tells what was decoded. Default: no.
        public Builder decoding(ContentDecoder... others) {
            decodes = true;
            decoders = List.of(others);
            return this;
        }

        /// How many redirects are followed before a `ProtocolException`; 0 for none, so that the
        /// redirect itself is the answer. Default: 20.
        public Builder redirects(int most) {
            if (most < 0) {
                throw new IllegalArgumentException("redirects must not be negative: " + most);
            }
            redirects = most;
            return this;
        }

        /// Which redirects are followed, by the URLs from and to which they lead; the answer is the
        /// redirect itself for others. Default: all.
        public Builder redirectRule(BiPredicate<? super HttpUrl, ? super HttpUrl> rule) {
            redirectRule = Objects.requireNonNull(rule);
            return this;
        }

        /// Whether a request is sent once more when an idle connection turns out to have been
        /// closed, if that does no harm (RFC 9110, 9.2.2). Default: yes.
        public Builder retries(boolean wanted) {
            retries = wanted;
            return this;
        }

        /// Sends and keeps cookies. Default: no.
        public Builder cookies(CookieStore store) {
            cookies = Objects.requireNonNull(store);
            return this;
        }

        /// Credentials for one server, such as `https://example.org`: nobody else gets them.
        public Builder authentication(String server, Authentication by) {
            authentications.put(origin(HttpUrl.of(server)), Objects.requireNonNull(by));
            return this;
        }

        public HttpClient build() {
            var own = tls;
            var limits = Limits.DEFAULT;
            var known = Decoding.byCoding(decoders);
            return new HttpClient(
                    new ClientSettings(
                            Waits.nanos(connect),
                            Waits.nanos(head),
                            millis(idle),
                            Waits.nanos(whole),
                            millis(continues),
                            Waits.nanos(kept),
                            perHost,
                            inAll,
                            new Limits(
                                    Math.min(limits.startLine(), headBytes),
                                    headBytes,
                                    MOST_FIELDS,
                                    headBytes),
                            bodyBytes,
                            redirects,
                            redirectRule,
                            retries,
                            own != null ? () -> own : DefaultTls::factory,
                            proxies,
                            cookies,
                            Map.copyOf(authentications),
                            decodes,
                            known,
                            String.join(", ", known.keySet()),
                            resolver,
                            addressRule,
                            headers));
        }

        private static int millis(Duration duration) {
            return (int)
                    Math.min(Integer.MAX_VALUE, Math.ceilDiv(Waits.nanos(duration), 1_000_000));
        }

        private static Duration ensure(Duration limit) {
            return Durations.ensureNotNegative(limit, "a limit");
        }

        private static int ensurePositive(int most) {
            if (most < 1) {
                throw new IllegalArgumentException("a limit must be 1 or more: " + most);
            }
            return most;
        }
    }

    /// Made when it is first needed, as it loads the certificates of the JVM. Not by the
    /// initialisation of a class, in which whoever waits for that would hold a hub.
    private static final class DefaultTls {
        private static final AtomicReference<@Nullable GreenSslSocketFactory> FACTORY =
                new AtomicReference<>();

        static GreenSslSocketFactory factory() {
            var made = FACTORY.get();
            if (made == null) {
                var one = new GreenSslSocketFactory().onCancellation(OnCancellation.KEEP_OPEN);
                var first = FACTORY.compareAndExchange(null, one);
                made = first == null ? one : first;
            }
            return made;
        }
    }
}
