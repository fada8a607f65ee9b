// SPDX-License-Identifier: Apache-2.0

/// What the module `io.eventlet.patch` needs of this one, and nobody else: waits for descriptors
/// that are not ours, and a way into the JDK. Exported to that module alone.
@NullMarked
package io.eventlet.foreign;

import org.jspecify.annotations.NullMarked;
