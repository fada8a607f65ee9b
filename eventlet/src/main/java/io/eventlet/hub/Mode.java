// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

/// Which of the two ways to run green threads is on in this JVM.
public enum Mode {
    /// Green threads run on hubs of our own, with sockets of our own.
    HUB,
    /// Green threads run on the scheduler of the JDK, with the sockets of the JDK.
    PORTABLE;

    /// The system property that asks for a mode: `hub`, `portable` or `auto`.
    public static final String PROPERTY = "eventlet.mode";
}
