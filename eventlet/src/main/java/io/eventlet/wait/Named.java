// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

/// Something whose `toString` tells it from all others, as far as that matters: dumps add no
/// identity to it.
///
/// For what is blocked on something that is made for one wait, such as the results that a thread
/// iterates over: threads that wait for the same are to be together.
public interface Named {}
