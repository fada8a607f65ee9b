// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.options;

/// A command that knows the options of programs whose users come to it.
public interface OptionAdvice {
    /// What to do in place of an option that this command does not have; empty if that is not
    /// known.
    String adviceOn(String option);
}
