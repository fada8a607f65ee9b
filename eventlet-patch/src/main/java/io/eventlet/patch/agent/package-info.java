// SPDX-License-Identifier: Apache-2.0
/// The agent, and what it changes in the classes of a program.
@NullMarked
package io.eventlet.patch.agent;

import org.jspecify.annotations.NullMarked;
