// SPDX-License-Identifier: Apache-2.0

/// Green threads, and pools of them.
///
/// [io.eventlet.Eventlet] has the functions that a program begins with: `spawn`, `sleep`, `listen`,
/// `serve`. A [io.eventlet.GreenThread] is what `spawn` returns. A [io.eventlet.GreenPool] limits
/// how many run at once, and its [imap][io.eventlet.GreenPool#imap(ThrowingFunction, Iterable)]
/// runs a function over many items, in order and in bounded memory. A [io.eventlet.Timeout] ends a
/// wait that takes too long, and leaves what was waited on usable. An [io.eventlet.Event] is news
/// that threads wait for, and a [io.eventlet.GreenSemaphore] counts permits.
///
/// Queues, sockets, and pools and limits of other kinds have packages of their own.
package io.eventlet;
