// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.agent;

import org.jspecify.annotations.Nullable;

import java.lang.instrument.Instrumentation;
import java.util.Objects;

/// What the JVM calls for `-javaagent:`, and when it is attached to a JVM that runs.
///
/// It only keeps what can change classes: [io.eventlet.patch.Patcher] says what is changed.
public final class Agent {
    private static volatile @Nullable Object instrumentation; // there may be no such module

    private Agent() {}

    /// Called before `main`.
    public static void premain(@Nullable String arguments, Instrumentation given) {
        instrumentation = given;
    }

    /// Called when it is attached.
    public static void agentmain(@Nullable String arguments, Instrumentation given) {
        premain(arguments, given);
    }

    /// Whether the JVM has the agent.
    public static boolean isThere() {
        return instrumentation != null;
    }

    /// What changes classes of the JVM, which has the agent.
    public static Instrumentation instrumentation() {
        return (Instrumentation) Objects.requireNonNull(instrumentation, "there is no agent");
    }
}
