// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/// The choice of a proxy by variables of the environment.
record ProxyVariables(
        @Nullable ProxyServer plain, @Nullable ProxyServer secure, List<String> direct)
        implements Function<HttpUrl, @Nullable ProxyServer> {
    static ProxyVariables of(Map<String, String> environment) {
        var all = first(environment, "all_proxy", "ALL_PROXY");
        var plain = first(environment, "http_proxy");
        var secure = first(environment, "https_proxy", "HTTPS_PROXY");
        var none = first(environment, "no_proxy", "NO_PROXY");
        var hosts =
                none == null
                        ? List.<String>of()
                        : Stream.of(none.split("[,\\s]+"))
                                .map(name -> name.toLowerCase(Locale.ROOT))
                                .map(name -> name.startsWith(".") ? name.substring(1) : name)
                                .filter(name -> !name.isEmpty())
                                .toList();
        return new ProxyVariables(
                server(plain == null ? all : plain), server(secure == null ? all : secure), hosts);
    }

    private static @Nullable String first(Map<String, String> environment, String... names) {
        for (var name : names) {
            var value = environment.get(name);
            if (value != null && !value.isBlank()) {
                return value.strip();
            }
        }
        return null;
    }

    private static @Nullable ProxyServer server(@Nullable String text) {
        return text == null ? null : ProxyServer.of(text);
    }

    @Override
    public @Nullable ProxyServer apply(HttpUrl url) {
        return direct.stream().anyMatch(name -> covers(name, url))
                ? null
                : url.isSecure() ? secure : plain;
    }

    private static boolean covers(String name, HttpUrl url) {
        return name.equals("*")
                || url.host().equals(name)
                || url.host().equals("[" + name + "]")
                || url.host().endsWith("." + name)
                || name.equals(url.host() + ":" + url.port());
    }
}
