// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// What the commands end with; every `--help` lists them.
public enum ExitCode {
    OK(0, "everything was done"),
    SOME_FAILED(1, "some items failed, the others were done"),
    USAGE(2, "the command line was not understood"),
    CONFIGURATION(
            3,
            "a file, an address or a setting that was named cannot be used, or the output not"
                    + " written"),
    NETWORK(4, "the network, the name service or a peer failed"),
    TLS(5, "a secure connection could not be made"),
    AUTHENTICATION(6, "mirror: a server wants to know who asks"),
    PROTOCOL(7, "mirror: a server broke the protocol"),
    SERVER(8, "mirror: a server answered with an error"),
    INTERNAL(70, "a defect in eventlet itself; --debug prints more"),
    HUNG_UP(129, "stopped when its terminal was closed"),
    INTERRUPTED(130, "stopped by Ctrl-C"),
    TERMINATED(143, "stopped by SIGTERM");

    private static final Set<ExitCode> OF_MIRROR = EnumSet.of(AUTHENTICATION, PROTOCOL, SERVER);

    /// Servers are normally stopped by these signals, and end with [#OK] then.
    private static final Set<ExitCode> OF_SIGNALS = EnumSet.of(HUNG_UP, TERMINATED);

    private static final Set<String> SERVERS = Set.of("echo", "serve", "feeds", "proxy");

    private final int status;
    private final String description;

    ExitCode(int status, String description) {
        this.status = status;
        this.description = description;
    }

    /// The number that the shell sees.
    public int status() {
        return status;
    }

    /// What it means, in the words of every help.
    public String description() {
        return description;
    }

    /// Those that a command may end with; all for `eventlet`.
    static Map<String, String> descriptions(String command) {
        var codes = EnumSet.allOf(ExitCode.class);
        if (!command.equals("eventlet") && !command.equals("mirror")) {
            codes.removeAll(OF_MIRROR);
        }
        if (SERVERS.contains(command)) {
            codes.removeAll(OF_SIGNALS);
        }
        var descriptions = new LinkedHashMap<String, String>();
        codes.forEach(code -> descriptions.put(Integer.toString(code.status), code.description));
        return descriptions;
    }
}
