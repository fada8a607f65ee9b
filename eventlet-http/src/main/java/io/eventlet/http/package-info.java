// SPDX-License-Identifier: Apache-2.0

/// What HTTP's server and client share: header fields, and messages that break the protocol.
@org.jspecify.annotations.NullMarked
package io.eventlet.http;
