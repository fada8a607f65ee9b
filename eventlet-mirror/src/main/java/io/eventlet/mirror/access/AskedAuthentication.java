// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.access;

import io.eventlet.http.client.Authentication;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;

/// User and password in the way in which a server asks for them, and not before it does: by digest
/// where it can be, else in the clear.
final class AskedAuthentication implements Authentication {
    private final Authentication basic;
    private final Authentication digest;
    private volatile @Nullable Authentication asked; // what the server has asked for last

    AskedAuthentication(String user, String password) {
        basic = Authentication.basic(user, password);
        digest = Authentication.digest(user, password);
    }

    @Override
    public @Nullable String credentials(String method, String target, List<String> challenges)
            throws IOException {
        if (!challenges.isEmpty()) {
            asked = isAsked(challenges, "digest") ? digest : askedBasic(challenges);
        }
        var by = asked;
        return by == null ? null : by.credentials(method, target, challenges);
    }

    private @Nullable Authentication askedBasic(List<String> challenges) {
        return isAsked(challenges, "basic") ? basic : null;
    }

    /// A field may have several challenges: `Basic realm="a", Digest realm="b"`.
    private static boolean isAsked(List<String> challenges, String scheme) {
        return challenges.stream()
                .flatMap(field -> List.of(field.split(",")).stream())
                .map(String::strip)
                .anyMatch(part ->
                        part.equalsIgnoreCase(scheme)
                                || part.regionMatches(
                                        true, 0, scheme + " ", 0, scheme.length() + 1));
    }
}
