// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import java.util.Set;

/// Names about which no server is asked (RFC 6761, 7686, 9476).
final class SpecialNames {
    private static final Set<String> NOWHERE = Set.of("invalid", "onion", "alt");

    private SpecialNames() {}

    /// Whether it is this host's own, whatever anybody says.
    static boolean isLocalhost(String name) {
        return topLevel(name).equals("localhost");
    }

    /// Whether there is no such host, or none that the DNS may hear of.
    static boolean isNowhere(String name) {
        return NOWHERE.contains(topLevel(name));
    }

    private static String topLevel(String name) {
        String labels = DomainName.withoutDot(name);
        return labels.substring(labels.lastIndexOf('.') + 1);
    }
}
