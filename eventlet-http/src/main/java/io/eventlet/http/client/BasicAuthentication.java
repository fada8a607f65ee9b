// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import org.jspecify.annotations.Nullable;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/// User and password, in UTF-8.
final class BasicAuthentication implements Authentication {
    private final String value;

    BasicAuthentication(String user, String password) {
        if (user.indexOf(':') >= 0) {
            throw new IllegalArgumentException("a user's name must not have a colon");
        }
        var pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        value = "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    /// Of what stands before the `@` of a URL.
    static BasicAuthentication of(String userInfo) {
        int colon = userInfo.indexOf(':');
        var user = colon < 0 ? userInfo : userInfo.substring(0, colon);
        return new BasicAuthentication(
                decoded(user), colon < 0 ? "" : decoded(userInfo.substring(colon + 1)));
    }

    static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) { // a percent sign that is one
            return text;
        }
    }

    @Override
    public @Nullable String credentials(String method, String target, List<String> challenges) {
        return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BasicAuthentication basic && value.equals(basic.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }
}
