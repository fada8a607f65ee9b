// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The descriptors of this process that are sockets, pollers or their wake-ups.
public final class Descriptors {
    private Descriptors() {}

    public static int count() {
        try (var list = Files.list(Path.of("/proc/self/fd"))) {
            return (int) list.filter(Descriptors::isOfANetwork).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Until there are no more than so many: those of other tests may still be going.
    public static void areAtMost(int limit) {
        Until.holds(() -> count() <= limit);
    }

    private static boolean isOfANetwork(Path descriptor) {
        try {
            var target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("socket:") || target.startsWith("anon_inode:");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }
}
