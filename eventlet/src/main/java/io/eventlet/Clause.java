// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import org.jspecify.annotations.Nullable;

/// One of the things of which a [Select] does the first that can be done.
///
/// Those that wait make them: queues, events, semaphores, green threads. Nothing else can be one:
/// classes of users are refused.
///
/// @param <R> what comes of it
@SuppressWarnings("unused") // the parameter is for the compiler
public interface Clause<R extends @Nullable Object> {}
