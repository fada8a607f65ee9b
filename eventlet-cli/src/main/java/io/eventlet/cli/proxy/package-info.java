// SPDX-License-Identifier: Apache-2.0

/// The command `proxy`.
@org.jspecify.annotations.NullMarked
package io.eventlet.cli.proxy;
