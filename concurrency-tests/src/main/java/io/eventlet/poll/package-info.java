// SPDX-License-Identifier: Apache-2.0
/// What two threads can do to the slot of a socket.
@NullMarked
package io.eventlet.poll;

import org.jspecify.annotations.NullMarked;
