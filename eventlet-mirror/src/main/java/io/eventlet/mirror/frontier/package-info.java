// SPDX-License-Identifier: Apache-2.0

/// What a run has to do and has done: URLs, each once, their states, and when they are due.
@org.jspecify.annotations.NullMarked
package io.eventlet.mirror.frontier;
