// SPDX-License-Identifier: Apache-2.0

/// Hubs, and the one way in which threads wait.
///
/// A [io.eventlet.hub.Hub] runs green threads: virtual threads whose scheduler is the hub's loop on
/// one platform thread, which also fires timers and polls descriptors. It is a microkernel that
/// knows what is ready, what is due and what is readable; pools, queues and sockets are its users.
/// Everything that blocks parks in [io.eventlet.wait.Waits], most of it through a
/// [io.eventlet.wait.WaitQueue].
package io.eventlet.hub;
