// SPDX-License-Identifier: Apache-2.0
/// What two threads can do to a hub's inbox, a choice, a cancellation.
@NullMarked
package io.eventlet.hub;

import org.jspecify.annotations.NullMarked;
