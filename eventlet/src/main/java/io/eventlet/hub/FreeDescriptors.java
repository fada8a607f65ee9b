// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;

/// The descriptors that the first hub needs. Without them the JVM could not even load what hubs
/// call the kernel by, and would never try that again; and a moment without them would decide
/// between the modes for good.
final class FreeDescriptors {
    private static final File ANY = new File("/dev/null");
    private static final int NEEDED = 10;

    private FreeDescriptors() {}

    /// Fails if this process can open no more of them, with what the system says about that. For a
    /// system that can be asked.
    static void ensure() {
        var opened = new ArrayList<FileInputStream>(NEEDED);
        try {
            while (opened.size() < NEEDED) {
                opened.add(new FileInputStream(ANY));
            }
        } catch (IOException e) {
            if (ANY.canRead()) {
                throw new UncheckedIOException(
                        "Cannot start the first hub, which needs %d descriptors: %s"
                                .formatted(NEEDED, e.getMessage()),
                        e);
            }
        } finally {
            opened.forEach(FreeDescriptors::close);
        }
    }

    private static void close(FileInputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
