// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch;

import io.eventlet.patch.agent.Agent;
import io.eventlet.patch.agent.ThreadPatch;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The parts that an agent patches: threads, executors and processes. Guarded by the lock of
/// [Patcher], but for the question whether one is patched.
final class ThreadParts {
    private static final String NO_AGENT =
            "this JVM has no agent; it needs the option -javaagent:eventlet-patch.jar";

    private volatile Set<Part> patched = Set.of(); // replaced under the lock
    private @Nullable ThreadPatch patch; // made when it is first needed

    /// Whether there is an agent that could patch them.
    static boolean arePossible() {
        return Agent.isThere();
    }

    /// Why a part cannot be patched; null if it is now.
    @Nullable String patch(Part part) {
        if (!arePossible()) {
            return NO_AGENT;
        }
        if (patch == null) {
            patch = new ThreadPatch(Agent.instrumentation());
        }
        var all = EnumSet.of(part);
        all.addAll(patched);
        patched = all;
        apply(patch);
        return null;
    }

    void undo(Part part) {
        if (isPatched(part) && patch != null) {
            var left = EnumSet.copyOf(patched);
            left.remove(part);
            patched = left;
            apply(patch);
        }
    }

    private void apply(ThreadPatch known) {
        known.patch(
                patched.contains(Part.THREAD),
                patched.contains(Part.EXECUTOR),
                patched.contains(Part.PROCESS));
    }

    boolean isPatched(Part part) {
        return patched.contains(part);
    }

    PatchState state(Part part) {
        if (!isPatched(part)) {
            return new PatchState(
                    part, false, arePossible() ? "as before" : NO_AGENT, before(part), List.of());
        }
        return new PatchState(part, true, now(part), before(part), exceptions(part));
    }

    private static String before(Part part) {
        return part == Part.PROCESS
                ? "streams of the JDK, which hold the hub while they wait"
                : "platform threads";
    }

    private static String now(Part part) {
        return switch (part) {
            case THREAD -> "each `new Thread` of the program's classes is a green thread";
            case EXECUTOR -> "executors and asynchronous stages of the program have green threads";
            default -> "processes that the program's classes start have pipes of the hub";
        };
    }

    /// What stays as it was, by class: threads, or processes.
    private List<String> exceptions(Part part) {
        var known = patch;
        var all = new ArrayList<String>();
        if (known != null) {
            new TreeMap<>(known.left())
                    .forEach((name, calls) ->
                            calls.stream()
                                    .filter(call ->
                                            call.startsWith("ProcessBuilder.")
                                                    == (part == Part.PROCESS))
                                    .forEach(call -> all.add(name + ": " + call)));
            for (Map.Entry<String, String> failed : new TreeMap<>(known.failed()).entrySet()) {
                all.add(failed.getKey() + ": could not be changed: " + failed.getValue());
            }
        }
        return all;
    }
}
