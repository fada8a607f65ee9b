// SPDX-License-Identifier: Apache-2.0
/// Rewrites the calls in a class that make threads.
@NullMarked
package io.eventlet.patch.rewrite;

import org.jspecify.annotations.NullMarked;
