// SPDX-License-Identifier: Apache-2.0

/// How threads wait, and how their waits are ended: what every primitive that blocks stands on. It
/// knows nothing of hubs but what a [io.eventlet.wait.Carrier] offers. Not exported.
package io.eventlet.wait;
