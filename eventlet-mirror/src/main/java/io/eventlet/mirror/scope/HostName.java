// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.scope;

import io.eventlet.http.client.HttpUrl;

/// The name or address of a host, as URLs have it.
final class HostName {
    private HostName() {}

    static String of(String name) {
        boolean bracketed = name.startsWith("[") && name.endsWith("]");
        boolean isPlain =
                !name.startsWith(".")
                        && name.chars().noneMatch(c -> "/\\?#@".indexOf(c) >= 0)
                        && (bracketed || name.indexOf(':') < 0);
        try {
            if (isPlain) {
                return HttpUrl.of("http://" + name + "/").host();
            }
        } catch (IllegalArgumentException e) {
            // as if it were none by its looks
        }
        throw new IllegalArgumentException(
                "a host is a name such as www.example.org, and not '" + name + "'");
    }
}
