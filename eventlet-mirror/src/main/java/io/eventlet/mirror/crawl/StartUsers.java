// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.Authentication;
import io.eventlet.http.client.HttpUrl;

import org.jspecify.annotations.Nullable;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The users and passwords in the URLs of the starts, each for its origin, and nowhere else: URLs
/// are kept and shown without them.
final class StartUsers {
    private final Map<String, Authentication> users; // by origin

    private StartUsers(Map<String, Authentication> users) {
        this.users = Map.copyOf(users);
    }

    /// Of several for one origin the first counts. Throws an `IllegalArgumentException` if the name
    /// of a user has a colon.
    static StartUsers of(List<HttpUrl> starts) {
        Map<String, Authentication> users = new HashMap<>();
        for (var start : starts) {
            var info = start.userInfo();
            if (info != null) {
                users.putIfAbsent(Finds.host(start), of(info));
            }
        }
        return new StartUsers(users);
    }

    private static Authentication of(String info) {
        int colon = info.indexOf(':');
        return Authentication.basic(
                decoded(colon < 0 ? info : info.substring(0, colon)),
                colon < 0 ? "" : decoded(info.substring(colon + 1)));
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text; // with a percent sign that is one
        }
    }

    @Nullable Authentication at(HttpUrl url) {
        return users.isEmpty() ? null : users.get(Finds.host(url));
    }
}
