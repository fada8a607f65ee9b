// SPDX-License-Identifier: Apache-2.0

/// What PostgreSQL's driver makes by the name of its class.
@org.jspecify.annotations.NullMarked
package io.eventlet.mirror.postgresql.driver;
