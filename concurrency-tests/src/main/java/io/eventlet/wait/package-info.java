// SPDX-License-Identifier: Apache-2.0
/// What two threads can do to a choice, a cancellation.
@NullMarked
package io.eventlet.wait;

import org.jspecify.annotations.NullMarked;
