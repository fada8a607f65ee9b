// SPDX-License-Identifier: Apache-2.0

/// Green threads and green networking: blocking-looking code for tens of thousands of connections.
@org.jspecify.annotations.NullMarked
@SuppressWarnings("module") // those that something is exported to are compiled after this one
module io.eventlet {
    requires static org.jspecify; // annotations that nobody needs who uses this
    requires static java.management; // for the MBean of io.eventlet.diagnosis
    requires jdk.net;

    exports io.eventlet;
    exports io.eventlet.dag;
    exports io.eventlet.diagnosis;
    exports io.eventlet.errors;
    exports io.eventlet.hub;
    exports io.eventlet.limit;
    exports io.eventlet.net;
    exports io.eventlet.net.server;
    exports io.eventlet.net.tls;
    exports io.eventlet.offload;
    exports io.eventlet.process;
    exports io.eventlet.queue;
    exports io.eventlet.resource;
    exports io.eventlet.testing;
    exports io.eventlet.foreign to
            io.eventlet.patch;

    // What our other modules are built on; nobody else's.
    exports io.eventlet.lang to
            io.eventlet.db,
            io.eventlet.http;
    exports io.eventlet.member to
            io.eventlet.db;
    exports io.eventlet.transport to
            io.eventlet.dns,
            io.eventlet.http,
            io.eventlet.patch;
    exports io.eventlet.wait to
            io.eventlet.db,
            io.eventlet.dns,
            io.eventlet.http;
}
