// SPDX-License-Identifier: Apache-2.0
package io.eventlet.lang;

/// The log of the library.
public final class Log {
    private Log() {}

    /// Looked up when there is something to tell, and not before: the first look-up has the JDK
    /// search all of the class path for what makes loggers, which takes as long as the first hub.
    public static System.Logger logger() {
        return System.getLogger("io.eventlet");
    }
}
