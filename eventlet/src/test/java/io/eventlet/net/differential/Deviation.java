// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.differential;

import io.eventlet.net.differential.Scene.Kind;

import java.util.Set;

/// Where a green socket is meant to answer otherwise than one of the JDK. The document on sockets
/// has the same list, in these words.
enum Deviation {
    URGENT_IN_LINE(
            Set.of(Kind.GREEN, Kind.MEMORY),
            "setOOBInline true",
            "done",
            ".*SocketException.*",
            "`setOOBInline(true)` is refused"),
    URGENT(
            Set.of(Kind.GREEN, Kind.MEMORY),
            "sendUrgentData",
            "java.io.IOException: .*",
            ".*SocketException: (Broken pipe|Connection reset by peer)",
            "`sendUrgentData` fails with a `SocketException` where the JDK has an `IOException`"),
    ANY_ADDRESS(
            Set.of(Kind.MEMORY),
            "bind to a foreign address",
            ".*BindException.*",
            "done",
            "in memory, a thread that runs on no host binds to every address"),
    RESET(
            Set.of(Kind.MEMORY),
            "read|skip|write|shutdown.*",
            ".*",
            ".*SocketException: (Connection reset|Broken pipe)",
            "in memory, each operation after a reset tells of it, not only the first");

    private final Set<Kind> kinds;
    private final String operation;
    private final String ofTheJdk;
    private final String ofOurs;
    final String text;

    Deviation(Set<Kind> kinds, String operation, String ofTheJdk, String ofOurs, String text) {
        this.kinds = kinds;
        this.operation = operation;
        this.ofTheJdk = ofTheJdk;
        this.ofOurs = ofOurs;
        this.text = text;
    }

    boolean explains(Kind kind, String of, String jdk, String ours) {
        return kinds.contains(kind)
                && of.matches(operation)
                && jdk.matches(ofTheJdk)
                && ours.matches(ofOurs);
    }
}
