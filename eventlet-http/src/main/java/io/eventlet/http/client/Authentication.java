// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/// Says who asks: makes the value of the header field `Authorization`, or `Proxy-Authorization`.
///
/// ```java
/// var client = HttpClient.builder()
///         .authentication("https://api.example.org", Authentication.bearer(tokens::current))
///         .build();
/// ```
///
/// Implementations are called by threads that send requests, several at once, and may wait.
@FunctionalInterface
public interface Authentication {
    /// The credentials for a request; null for none.
    ///
    /// Called before a request is sent for the first time, without challenges; then, if the answer
    /// is 401 (407 of a proxy), with the challenges of its `WWW-Authenticate`
    /// (`Proxy-Authenticate`) fields, each of which may hold several. The request is sent again if
    /// there are other credentials than before, three times at most; answers that call the nonce of
    /// a digest stale do not count, up to twenty.
    ///
    /// @param method the request's
    /// @param target the request's, as it is sent
    /// @param challenges the values of the fields; empty before the first answer
    @Nullable String credentials(String method, String target, List<String> challenges)
            throws IOException;

    /// User and password in the clear (RFC 7617), with the first request already: for TLS.
    static Authentication basic(String user, String password) {
        return new BasicAuthentication(user, password);
    }

    /// User and password by digest (RFC 7616): SHA-256, SHA-512/256 or MD5, as the server asks.
    static Authentication digest(String user, String password) {
        return new DigestAuthentication(user, password);
    }

    /// A token (RFC 6750).
    static Authentication bearer(String token) {
        Objects.requireNonNull(token);
        return bearer(() -> token);
    }

    /// A token that is asked for before each request, and once more if the server refuses it.
    static Authentication bearer(Supplier<String> token) {
        Objects.requireNonNull(token);
        return (_, _, _) -> "Bearer " + token.get();
    }
}
