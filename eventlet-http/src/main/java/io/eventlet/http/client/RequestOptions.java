// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.http.Headers;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.function.Supplier;

/// What a request says besides what is sent; null and [#AS_CLIENT] leave it to the client.
record RequestOptions(
        @Nullable Duration limit,
        boolean expectsContinue,
        int redirects,
        @Nullable Boolean decodes,
        @Nullable Authentication authentication,
        @Nullable Supplier<Headers> trailers,
        @Nullable InformationalHandler whenInformational) {
    static final int AS_CLIENT = -1;
    static final RequestOptions NONE =
            new RequestOptions(null, false, AS_CLIENT, null, null, null, null);

    RequestOptions limited(Duration to) {
        return new RequestOptions(
                to,
                expectsContinue,
                redirects,
                decodes,
                authentication,
                trailers,
                whenInformational);
    }

    RequestOptions expectingContinue() {
        return new RequestOptions(
                limit, true, redirects, decodes, authentication, trailers, whenInformational);
    }

    RequestOptions redirected(int most) {
        return new RequestOptions(
                limit, expectsContinue, most, decodes, authentication, trailers, whenInformational);
    }

    RequestOptions decoding(boolean decoding) {
        return new RequestOptions(
                limit,
                expectsContinue,
                redirects,
                decoding,
                authentication,
                trailers,
                whenInformational);
    }

    RequestOptions authenticated(@Nullable Authentication by) {
        return new RequestOptions(
                limit, expectsContinue, redirects, decodes, by, trailers, whenInformational);
    }

    RequestOptions trailed(@Nullable Supplier<Headers> by) {
        return new RequestOptions(
                limit, expectsContinue, redirects, decodes, authentication, by, whenInformational);
    }

    RequestOptions told(InformationalHandler handler) {
        return new RequestOptions(
                limit, expectsContinue, redirects, decodes, authentication, trailers, handler);
    }
}
