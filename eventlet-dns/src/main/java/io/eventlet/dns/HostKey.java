// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import java.net.spi.InetAddressResolver.LookupPolicy;
import java.util.Locale;

/// What makes two look-ups of hosts equal.
record HostKey(String host, int characteristics) {
    static HostKey of(String host, LookupPolicy policy) {
        return new HostKey(host.toLowerCase(Locale.ROOT), policy.characteristics());
    }

    @Override
    public String toString() {
        return host;
    }
}
