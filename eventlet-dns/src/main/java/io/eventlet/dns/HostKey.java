// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import org.jspecify.annotations.Nullable;

import java.net.spi.InetAddressResolver.LookupPolicy;
import java.util.Locale;

/// What makes two look-ups of hosts equal.
record HostKey(String host, int characteristics) {
    static HostKey of(String host, LookupPolicy policy) {
        return new HostKey(host.toLowerCase(Locale.ROOT), policy.characteristics());
    }

    // written out: what the JDK makes of a record is made anew at each start

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HostKey key
                && characteristics == key.characteristics
                && host.equals(key.host);
    }

    @Override
    public int hashCode() {
        return 31 * host.hashCode() + characteristics;
    }

    @Override
    public String toString() {
        return host;
    }
}
