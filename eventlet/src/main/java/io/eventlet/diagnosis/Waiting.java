// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import java.util.List;

/// Waits inside the JDK of which no object tells, by their stacks.
final class Waiting {
    private Waiting() {}

    /// What a thread waits for that is parked on nothing.
    static String inTheJdk(Thread.State state, List<StackTraceElement> stack) {
        if (state == Thread.State.BLOCKED) {
            return "a monitor";
        }
        for (var frame : stack) {
            switch (frame.getClassName() + "." + frame.getMethodName()) {
                case "java.lang.Object.wait0", "java.lang.Object.wait" -> {
                    return "a notify";
                }
                case "java.lang.Thread.sleep" -> {
                    return "a sleep of the JDK";
                }
                default -> {
                    if (frame.getClassName().startsWith("sun.nio.ch.")) {
                        return "a socket or channel of the JDK";
                    }
                }
            }
        }
        return "an unpark";
    }

    /// Whether only a descriptor of the JDK's can end it.
    static boolean isForSocket(List<StackTraceElement> stack) {
        return stack.stream().anyMatch(frame -> frame.getClassName().startsWith("sun.nio.ch."));
    }
}
