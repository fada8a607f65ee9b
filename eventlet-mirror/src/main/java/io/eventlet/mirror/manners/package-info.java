// SPDX-License-Identifier: Apache-2.0

/// Manners: how fast, how much, and for how long servers that fail are left alone.
@org.jspecify.annotations.NullMarked
package io.eventlet.mirror.manners;
