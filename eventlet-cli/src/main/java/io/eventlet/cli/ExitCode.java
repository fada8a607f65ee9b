// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import java.util.LinkedHashMap;
import java.util.Map;

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
    INTERRUPTED(130, "stopped by Ctrl-C");

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

    static Map<String, String> descriptions() {
        var descriptions = new LinkedHashMap<String, String>();
        for (ExitCode code : values()) {
            descriptions.put(Integer.toString(code.status), code.description);
        }
        return descriptions;
    }
}
