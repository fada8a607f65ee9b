// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

/// What a console or a command can ask a running program for, by JMX.
public interface DiagnosisMBean {
    /// A dump for people.
    String dump();

    /// A dump for programs, as JSON.
    String dumpJson();

    /// Records from now on, or no longer, where green threads are spawned.
    void trace(boolean on);
}
