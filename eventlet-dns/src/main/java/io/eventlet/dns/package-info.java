// SPDX-License-Identifier: Apache-2.0

/// Looks up the names of hosts.
@org.jspecify.annotations.NullMarked
package io.eventlet.dns;
