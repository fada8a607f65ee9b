// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.library;

import java.util.List;
import java.util.Map;

/// What was changed in classes, and what was not: by class, the calls.
///
/// @param changed the calls that make green threads now
/// @param left those that make platform threads still, each with the reason
/// @param failed the classes that are as they were, since they could not be changed, and why
public record PatchReport(
        Map<String, List<String>> changed,
        Map<String, List<String>> left,
        Map<String, String> failed) {
    public PatchReport {
        changed = Map.copyOf(changed);
        left = Map.copyOf(left);
        failed = Map.copyOf(failed);
    }
}
