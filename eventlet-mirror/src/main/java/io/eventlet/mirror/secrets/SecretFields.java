// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.secrets;

import java.util.Locale;
import java.util.Set;

/// The fields of requests that say who asks, and let whoever reads them ask in that name.
public final class SecretFields {
    private static final Set<String> NAMES =
            Set.of("authorization", "cookie", "proxy-authorization");

    private SecretFields() {}

    /// Whether a field is one of them, by its name in any case.
    public static boolean contains(String name) {
        return NAMES.contains(name.toLowerCase(Locale.ROOT));
    }
}
