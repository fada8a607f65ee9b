// SPDX-License-Identifier: Apache-2.0
/// What two threads can do to a semaphore and an event while one of them waits for the other.
@NullMarked
package io.eventlet;

import org.jspecify.annotations.NullMarked;
