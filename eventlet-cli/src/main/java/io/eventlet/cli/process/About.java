// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.process;

import java.util.Objects;

/// What this program calls itself to others.
public final class About {
    private About() {}

    /// The `User-Agent` of requests, with the version of the jar where there is one.
    public static String userAgent() {
        String version = About.class.getPackage().getImplementationVersion();
        return "eventlet/" + Objects.requireNonNullElse(version, "dev");
    }
}
