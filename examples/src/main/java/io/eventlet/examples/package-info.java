// SPDX-License-Identifier: Apache-2.0

/// One file, one program: the three patterns of Eventlet, and the small programs that come with it.
@NullMarked
package io.eventlet.examples;

import org.jspecify.annotations.NullMarked;
