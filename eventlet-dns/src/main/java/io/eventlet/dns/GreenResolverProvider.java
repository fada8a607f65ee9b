// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;

/// Gives the JDK a resolver whose look-ups block only the thread that asks. The JDK finds it by
/// itself, when the first name is looked up.
///
/// The property `eventlet.dns` says how: `green`, by the hosts file and the servers in
/// `/etc/resolv.conf`; `system`, by the JDK's own resolver on platform threads; or `jdk`, by that
/// on the thread that asks. Anything else is an `IllegalArgumentException` at each look-up.
public final class GreenResolverProvider extends InetAddressResolverProvider {
    /// For the JDK.
    public GreenResolverProvider() {}

    @Override
    public InetAddressResolver get(Configuration configuration) {
        return new JvmNameService(configuration);
    }

    @Override
    public String name() {
        return "eventlet";
    }
}
