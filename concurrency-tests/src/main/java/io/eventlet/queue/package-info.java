// SPDX-License-Identifier: Apache-2.0
/// What two threads can do to a queue while one of them waits for the other.
@NullMarked
package io.eventlet.queue;

import org.jspecify.annotations.NullMarked;
