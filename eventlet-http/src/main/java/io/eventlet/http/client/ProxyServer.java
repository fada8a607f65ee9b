// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/// A server that makes connections for a client: a proxy for HTTP (which is asked by CONNECT for
/// `https`), or one for SOCKS5 (RFC 1928). Immutable.
public final class ProxyServer {
    enum Kind {
        HTTP,
        SOCKS5
    }

    final Kind kind;
    final String host;
    final int port;
    final @Nullable Authentication authentication; // for HTTP
    final @Nullable String user; // for SOCKS5, as the next
    final @Nullable String password;

    private ProxyServer(
            Kind kind,
            String host,
            int port,
            @Nullable Authentication authentication,
            @Nullable String user,
            @Nullable String password) {
        this.kind = kind;
        this.host = Objects.requireNonNull(host);
        this.port = port;
        this.authentication = authentication;
        this.user = user;
        this.password = password;
    }

    /// A proxy for HTTP.
    public static ProxyServer http(String host, int port) {
        return new ProxyServer(Kind.HTTP, host, port, null, null, null);
    }

    /// A proxy for SOCKS5, which resolves the names of hosts.
    public static ProxyServer socks5(String host, int port) {
        return new ProxyServer(Kind.SOCKS5, host, port, null, null, null);
    }

    /// The same for a user, by `Basic` for HTTP.
    public ProxyServer user(String name, String secret) {
        return new ProxyServer(kind, host, port, Authentication.basic(name, secret), name, secret);
    }

    /// The same with credentials, for HTTP.
    public ProxyServer authentication(Authentication by) {
        return new ProxyServer(kind, host, port, Objects.requireNonNull(by), user, password);
    }

    /// The choice that the variables `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` of an
    /// environment make, in small letters or large ones, as curl reads them: `no_proxy` is a list
    /// of hosts, of domains, which stand for the hosts in them too, or `*`. `HTTP_PROXY` in large
    /// letters is not read, because a CGI program has it from its client.
    public static Function<HttpUrl, @Nullable ProxyServer> fromEnvironment(
            Map<String, String> environment) {
        return ProxyVariables.of(environment);
    }

    /// Of a URL such as `http://user:password@host:3128` or `socks5h://host`; no scheme means HTTP.
    static ProxyServer of(String text) {
        int end = text.indexOf("://");
        var scheme = end < 0 ? "http" : text.substring(0, end).toLowerCase(Locale.ROOT);
        var url = HttpUrl.of("http://" + (end < 0 ? text : text.substring(end + 3)));
        boolean port = text.matches(".*:[0-9]+/?");
        ProxyServer server =
                switch (scheme) {
                    case "http" -> http(url.host(), port ? url.port() : 1080);
                    case "socks5", "socks5h" -> socks5(url.host(), port ? url.port() : 1080);
                    default ->
                            throw new IllegalArgumentException(
                                    "not a proxy for HTTP or SOCKS5: " + url.host());
                };
        var info = url.userInfo();
        if (info == null) {
            return server;
        }
        int colon = info.indexOf(':');
        return server.user(
                BasicAuthentication.decoded(colon < 0 ? info : info.substring(0, colon)),
                colon < 0 ? "" : BasicAuthentication.decoded(info.substring(colon + 1)));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ProxyServer server
                && kind == server.kind
                && host.equals(server.host)
                && port == server.port
                && Objects.equals(authentication, server.authentication)
                && Objects.equals(user, server.user)
                && Objects.equals(password, server.password);
    }

    @Override
    public int hashCode() {
        return 31 * host.hashCode() + port;
    }

    /// Its address, without credentials.
    @Override
    public String toString() {
        return (kind == Kind.HTTP ? "http://" : "socks5://") + host + ":" + port;
    }
}
