// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.http.Headers;
import io.eventlet.http.wire.Limits;
import io.eventlet.net.tls.GreenSslSocketFactory;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;

/// How a client is. Times are nanoseconds, or milliseconds where a socket wants them; 0 is no
/// limit.
record ClientSettings(
        long connectNanos,
        long headNanos,
        int idleMillis,
        long limitNanos,
        int continueMillis,
        long keepNanos,
        int connectionsPerHost,
        int connections,
        Limits headLimits,
        long bodyLimit,
        int redirects,
        BiPredicate<? super HttpUrl, ? super HttpUrl> redirectRule,
        boolean retries,
        Supplier<GreenSslSocketFactory> tls,
        Function<? super HttpUrl, ? extends @Nullable ProxyServer> proxies,
        @Nullable CookieStore cookies,
        Map<String, Authentication> authentications,
        boolean decodes,
        Map<String, ContentDecoder> decoders,
        String accepted,
        Resolver resolver,
        @Nullable AddressRule addressRule,
        Headers headers) {}
