// SPDX-License-Identifier: Apache-2.0

/// Limits beside those of a pool: permits by key, and permits by time.
package io.eventlet.limit;
