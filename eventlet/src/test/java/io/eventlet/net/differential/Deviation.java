// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.differential;

import io.eventlet.net.differential.Scene.Kind;

/// Where a green socket is meant to answer otherwise than one of the JDK. The document on sockets
/// has the same list, in these words.
enum Deviation {
    URGENT_IN_LINE(
            Where.EVERYWHERE,
            "setOOBInline true",
            "done",
            ".*SocketException.*",
            "`setOOBInline(true)` is refused"),
    URGENT(
            Where.EVERYWHERE,
            "sendUrgentData",
            "java.io.IOException: .*",
            ".*SocketException: (Broken pipe|Connection reset by peer)",
            "`sendUrgentData` fails with a `SocketException` where the JDK has an `IOException`"),
    ANY_ADDRESS(
            Where.IN_MEMORY,
            "bind to a foreign address",
            ".*BindException.*",
            "done",
            "in memory, a thread that runs on no host binds to every address"),
    RESET(
            Where.IN_MEMORY,
            "read|skip|write|shutdown.*",
            ".*",
            ".*SocketException: (Connection reset|Broken pipe)",
            "in memory, each operation after a reset tells of it, not only the first");

    /// Whose deviation it is.
    private enum Where {
        EVERYWHERE,
        IN_MEMORY
    }

    private final Where where;
    private final String operation;
    private final String ofTheJdk;
    private final String ofOurs;
    final String text;

    Deviation(Where where, String operation, String ofTheJdk, String ofOurs, String text) {
        this.where = where;
        this.operation = operation;
        this.ofTheJdk = ofTheJdk;
        this.ofOurs = ofOurs;
        this.text = text;
    }

    boolean explains(Kind kind, String of, String jdk, String ours) {
        return (where == Where.EVERYWHERE || kind == Kind.MEMORY)
                && of.matches(operation)
                && jdk.matches(ofTheJdk)
                && ours.matches(ofOurs);
    }
}
