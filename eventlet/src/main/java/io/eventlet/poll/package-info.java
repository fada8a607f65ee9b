// SPDX-License-Identifier: Apache-2.0

/// The seam between green sockets and what moves their bytes.
///
/// The seam is the *operation*: [Endpoint] has read, write, accept and connect, each with a
/// deadline, and a [Network] opens endpoints. A [ReadinessPoller] does operations by trying and
/// waiting until the kernel says ready, by a [DescriptorSet] of the [PollerKind] that was chosen;
/// [JdkNetwork] hands them to the sockets of the JDK. A [Poller] is a network that a hub sleeps in.
package io.eventlet.poll;
