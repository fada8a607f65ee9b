// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch;

import io.eventlet.transport.NameService;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolverProvider;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/// The names of hosts. The JDK takes its resolver by itself when the first name is looked up, and
/// for good: `eventlet-dns` if that is there. So nothing can be put in place here; it is seen to
/// that the JDK chooses now, and said what it has chosen. Guarded by the lock of [Patcher], but for
/// the question whether it is patched.
final class DnsPart {
    private static final String OURS = "io.eventlet.dns.GreenResolverProvider";
    private static final String BEFORE = "the JDK's own resolver, which blocks the hub";
    private static final String SAME =
            "the same: the JDK had taken eventlet-dns by itself, so undoing changes nothing";
    private static final List<String> EXCEPTIONS =
            List.of(
                    "who looks up a name by java.net.InetAddress that another thread looks up waits"
                            + " in a lock of the JDK's, and cannot be ended before that one is");

    private static @Nullable String problem; // why it could not be patched

    private static boolean patched; // and not undone

    private DnsPart() {}

    /// Whether it can be patched, as far as one can see without a look-up.
    static boolean isPossible() {
        return NameService.inUse() != null || providers(loader()).contains(OURS);
    }

    static boolean isPatched() {
        var service = NameService.inUse();
        return service != null && service.isGreen();
    }

    /// Why it cannot be patched; null if it is now.
    static @Nullable String patch() {
        String failure = NameService.inUse() == null ? haveTheJdkChoose() : null;
        var service = NameService.inUse();
        problem = service != null ? null : failure != null ? failure : reason();
        if (service != null) {
            service.makeGreen(true);
            patched = true;
        }
        return problem;
    }

    static void undo() {
        var service = NameService.inUse();
        if (service != null && patched) {
            service.makeGreen(false);
        }
        patched = false;
    }

    static PatchState state() {
        var service = NameService.inUse();
        if (service == null) {
            String now = problem;
            if (now == null) {
                now = isPossible() ? "as before, or no name was looked up yet" : reason();
            }
            return new PatchState(Part.DNS, false, now, BEFORE, List.of());
        }
        return service.isGreen()
                ? new PatchState(
                        Part.DNS,
                        true,
                        "names are looked up by " + service,
                        patched ? BEFORE : SAME,
                        EXCEPTIONS)
                : new PatchState(Part.DNS, false, "as before", BEFORE, List.of());
    }

    /// The JDK looks for providers where the calling thread's context class loader finds them. What
    /// a provider has thrown; null for nothing.
    private static @Nullable String haveTheJdkChoose() {
        var thread = Thread.currentThread();
        var before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader());
        try {
            var _ = InetAddress.getByName("localhost");
            return null;
        } catch (UnknownHostException e) { // it has chosen all the same
            return null;
        } catch (RuntimeException | ServiceConfigurationError e) {
            return "the resolver that the JDK found fails: " + e.getMessage();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static @Nullable ClassLoader loader() {
        var context = Thread.currentThread().getContextClassLoader();
        return providers(context).contains(OURS) ? context : DnsPart.class.getClassLoader();
    }

    /// The names of all that a loader finds, in the JDK's order. None is made.
    private static List<String> providers(@Nullable ClassLoader loader) {
        // not in the descriptor, which is compiled for Java 17 as well
        DnsPart.class.getModule().addUses(InetAddressResolverProvider.class);
        try {
            return ServiceLoader.load(InetAddressResolverProvider.class, loader).stream()
                    .map(provider -> provider.type().getName())
                    .toList();
        } catch (ServiceConfigurationError e) {
            return List.of();
        }
    }

    private static String reason() {
        if (System.getProperty("jdk.net.hosts.file") != null) {
            return "names are looked up in the file of -Djdk.net.hosts.file";
        }
        var found = providers(loader());
        if (!found.contains(OURS)) {
            return "eventlet-dns is not on the class path or the module path";
        }
        return found.getFirst().equals(OURS)
                ? "a name was looked up before where eventlet-dns could not be found, and the JDK"
                        + " keeps the resolver that it chose then"
                : "names are looked up by "
                        + found.getFirst()
                        + ", which the JDK finds before eventlet-dns; it has to be taken off the"
                        + " path, or put behind it";
    }
}
