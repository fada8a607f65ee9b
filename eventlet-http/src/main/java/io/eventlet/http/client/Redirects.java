// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.http.Headers;

import org.jspecify.annotations.Nullable;

/// Where an answer leads (RFC 9110, 15.4).
final class Redirects {
    private Redirects() {}

    /// The request that follows an answer with a redirect; null if it is no redirect, or none that
    /// can be followed: without a URL of HTTP, or with a body that cannot be sent again.
    static @Nullable ClientRequest next(ClientRequest request, ClientResponse response) {
        boolean kept;
        switch (response.status()) {
            case 301, 302 -> kept = !request.method().equals("POST");
            case 303 -> kept = request.method().equals("HEAD") || request.method().equals("GET");
            case 307, 308 -> kept = true;
            default -> {
                return null;
            }
        }
        var location = response.headers().get("Location");
        if (location == null || (kept && !request.isRepeatable())) {
            return null;
        }
        HttpUrl to;
        try {
            to = request.url().resolveBytes(location);
        } catch (IllegalArgumentException e) {
            return null;
        }
        return request.redirected(
                to, kept ? request.method() : "GET", kept, fields(request, to, kept));
    }

    private static Headers fields(ClientRequest request, HttpUrl to, boolean withBody) {
        var fields = request.headers().without("Host");
        if (!withBody) {
            fields =
                    fields.without("Content-Type")
                            .without("Content-Encoding")
                            .without("Content-Language")
                            .without("Content-Location")
                            .without("Expect");
        }
        return request.url().isSameOrigin(to)
                ? fields
                : fields.without("Authorization").without("Cookie");
    }
}
