// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.demo;

/// One of the three patterns, or a program made of them, ready to be shown.
sealed interface Act permits ClientAct, ServerAct, DispatchAct, MirrorAct {
    /// Its name.
    String name();

    /// What will be done, in a few words.
    String subject();

    /// How far it has come; may be read at any time from any thread.
    Gauge gauge();

    /// Does it. Belongs to a platform thread.
    Scene play() throws Exception;
}
