// SPDX-License-Identifier: Apache-2.0

/// Pools of JDBC connections.
@org.jspecify.annotations.NullMarked
package io.eventlet.db;
