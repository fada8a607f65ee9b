// SPDX-License-Identifier: Apache-2.0

/// What threads can do to the parts that connection pools share.
@org.jspecify.annotations.NullMarked
package io.eventlet.db;
