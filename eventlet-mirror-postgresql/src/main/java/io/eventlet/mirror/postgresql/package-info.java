// SPDX-License-Identifier: Apache-2.0

/// A frontier that many workers share: one PostgreSQL.
@org.jspecify.annotations.NullMarked
package io.eventlet.mirror.postgresql;
