// SPDX-License-Identifier: Apache-2.0
package io.eventlet.foreign;

import io.eventlet.os.VirtualThreads;

import org.jspecify.annotations.Nullable;

/// The packages of java.base that nobody exports: a way into them for modules of this project.
public final class JdkPackages {
    private JdkPackages() {}

    /// Opens the package of a type of java.base to a module of ours. False if this JVM does not let
    /// us: it was not started with the options of hub mode, or does it in another way.
    public static boolean open(Class<?> type, Module to) {
        return VirtualThreads.open(type, to);
    }

    /// The options of the `java` command that hub mode needs, and with which [#open] works; null if
    /// they were given.
    public static @Nullable String missingOptions() {
        return VirtualThreads.unavailable() == null ? null : VirtualThreads.neededOptions();
    }
}
