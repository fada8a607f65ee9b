// SPDX-License-Identifier: Apache-2.0

/// Names of files for URLs.
@org.jspecify.annotations.NullMarked
package io.eventlet.mirror.place;
