// SPDX-License-Identifier: Apache-2.0

/// Makes blocking code of others wait on hubs, without a change of it.
@org.jspecify.annotations.NullMarked
module io.eventlet.patch {
    requires static org.jspecify; // annotations that nobody needs who uses this
    requires io.eventlet;

    exports io.eventlet.patch;
}
