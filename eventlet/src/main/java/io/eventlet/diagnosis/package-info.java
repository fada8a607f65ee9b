// SPDX-License-Identifier: Apache-2.0

/// Looking into a running program from outside.
@org.jspecify.annotations.NullMarked
package io.eventlet.diagnosis;
