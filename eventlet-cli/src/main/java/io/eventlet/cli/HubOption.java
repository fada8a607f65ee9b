// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

import java.util.List;

/// `--hub`: sets what the library, here and in a program that `run` starts, takes when it comes to
/// its first hub.
final class HubOption {
    static final List<String> NAMES = List.of("epoll", "libevent", "kqueue", "portable");

    /// Of the library.
    private static final String PROPERTY = "eventlet.hub";

    private HubOption() {}

    static void use(CommandLine line, String name) {
        if (!NAMES.contains(name)) {
            throw new ParameterException(
                    line, "--hub " + name + ": expected " + String.join(", ", NAMES));
        }
        System.setProperty(PROPERTY, name);
    }
}
