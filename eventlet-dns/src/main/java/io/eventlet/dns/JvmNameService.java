// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import io.eventlet.transport.NameService;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider.Configuration;
import java.util.List;
import java.util.stream.Stream;

/// What the JDK asks: there is one in a JVM at most. Thread-safe.
final class JvmNameService extends NameService implements InetAddressResolver {
    static final String PROPERTY = "eventlet.dns";
    private static final int MOST_THREADS = 20;

    private static volatile @Nullable JvmNameService made;

    private final Configuration jdk;
    private final GreenResolver ofSystem;
    private final GreenResolver ofJdk;
    private volatile GreenResolver green; // to be asked unless the JDK's own is
    private volatile GreenResolver current; // that, or the JDK's own

    /// As the property says. Called under a lock of the JDK's: it neither logs nor starts a hub.
    JvmNameService(Configuration jdk) {
        this.jdk = jdk;
        var source = new JdkSource(jdk.builtinResolver());
        ofJdk = new GreenResolver(source);
        ofSystem = new GreenResolver(new OffloadedSource(source, MOST_THREADS));
        String asked = System.getProperty(PROPERTY, "green");
        green =
                switch (asked) {
                    case "green", "jdk" -> GreenResolver.builder().build();
                    case "system" -> ofSystem;
                    default ->
                            throw new IllegalArgumentException(
                                    "-D%s=%s: expected green, system or jdk"
                                            .formatted(PROPERTY, asked));
                };
        current = asked.equals("jdk") ? ofJdk : green;
        made = this;
        use();
    }

    /// That which the JDK asks. If it has asked nobody yet, it is made to.
    static JvmNameService inUseByJdk() {
        if (made == null) {
            var thread = Thread.currentThread();
            var before = thread.getContextClassLoader(); // where the JDK looks for providers
            thread.setContextClassLoader(JvmNameService.class.getClassLoader());
            try {
                var _ = InetAddress.getByName("localhost");
            } catch (UnknownHostException e) {
                // as it is said below
            } finally {
                thread.setContextClassLoader(before);
            }
        }
        var found = made;
        if (found == null) {
            throw new IllegalStateException(
                    "the JDK does not ask eventlet-dns for names: -Djdk.net.hosts.file is set, or"
                            + " another InetAddressResolverProvider comes first, or the first name"
                            + " was looked up where eventlet-dns could not be found");
        }
        return found;
    }

    GreenResolver current() {
        return current;
    }

    GreenResolver ofSystem() {
        return ofSystem;
    }

    void change(GreenResolver resolver) {
        if (resolver != ofJdk) {
            green = resolver;
        }
        current = resolver;
    }

    /// The JDK's own, which keeps the caller's hub; null if the JDK does not ask us.
    static @Nullable GreenResolver ofJdk() {
        var service = made;
        return service == null ? null : service.ofJdk;
    }

    // ---- as the JDK wants it

    @Override
    public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
            throws UnknownHostException {
        return Callers.forJdk(() -> ofOwn(host).addresses(host, policy)).stream();
    }

    @Override
    public String lookupByAddress(byte[] address) throws UnknownHostException {
        return Callers.forJdk(() -> current.name(address));
    }

    /// The name of this host itself may be known to the system only (nss-myhostname(8)).
    private GreenResolver ofOwn(String host) {
        var known = current;
        return known != ofJdk && host.equalsIgnoreCase(jdk.lookupLocalHostName())
                ? ofSystem
                : known;
    }

    // ---- as our other modules want it

    @Override
    public List<InetAddress> addresses(String host) throws UnknownHostException {
        return ofOwn(host).lookup(host);
    }

    @Override
    public boolean isGreen() {
        return current != ofJdk;
    }

    @Override
    public void makeGreen(boolean on) {
        current = on ? green : ofJdk;
    }

    @Override
    public String toString() {
        return current.toString();
    }
}
