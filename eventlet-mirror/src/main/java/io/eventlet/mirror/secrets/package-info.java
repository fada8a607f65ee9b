// SPDX-License-Identifier: Apache-2.0

/// What of a request nobody else is told.
@org.jspecify.annotations.NullMarked
package io.eventlet.mirror.secrets;
