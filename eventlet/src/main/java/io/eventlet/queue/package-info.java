// SPDX-License-Identifier: Apache-2.0

/// Queues between green threads, and between them and other threads.
package io.eventlet.queue;
