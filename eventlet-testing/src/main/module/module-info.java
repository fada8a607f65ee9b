// SPDX-License-Identifier: Apache-2.0

/// Eventlet's extension of JUnit; the tools that need no JUnit are in the module `io.eventlet`.
@org.jspecify.annotations.NullMarked
module io.eventlet.testing.junit {
    requires static org.jspecify;
    requires transitive io.eventlet;
    requires transitive org.junit.jupiter.api;

    exports io.eventlet.testing.junit;
}
