// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch;

import java.util.List;

/// How a part of the JDK waits now.
///
/// @param isPatched whether it waits on hubs
/// @param now in words, or why it cannot be patched
/// @param before what was in use before it was patched, or is in use
/// @param exceptions what keeps waiting in the JDK's way, each with the reason
public record PatchState(
        Part part, boolean isPatched, String now, String before, List<String> exceptions) {
    public PatchState {
        exceptions = List.copyOf(exceptions);
    }

    /// All of it, a line each.
    @Override
    public String toString() {
        var text = new StringBuilder();
        text.append("%s: %s%n".formatted(part, isPatched ? "patched" : "not patched"));
        text.append("  now:    %s%n".formatted(now));
        text.append("  before: %s%n".formatted(before));
        exceptions.forEach(line -> text.append("  but:    %s%n".formatted(line)));
        return text.toString();
    }
}
