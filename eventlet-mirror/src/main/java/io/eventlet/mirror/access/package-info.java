// SPDX-License-Identifier: Apache-2.0

/// Who asks: user names and passwords that are kept outside of a program.
@org.jspecify.annotations.NullMarked
package io.eventlet.mirror.access;
