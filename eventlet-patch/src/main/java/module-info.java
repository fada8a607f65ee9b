// SPDX-License-Identifier: Apache-2.0

/// Makes blocking code of others wait on hubs, without a change of it.
@org.jspecify.annotations.NullMarked
module io.eventlet.patch {
    requires static org.jspecify; // annotations that nobody needs who uses this
    requires io.eventlet;
    requires static java.instrument; // where there is an agent

    exports io.eventlet.patch;
    exports io.eventlet.patch.calls; // for classes that have been patched
    exports io.eventlet.patch.library;
}
