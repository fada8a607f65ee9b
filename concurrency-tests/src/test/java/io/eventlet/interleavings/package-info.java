// SPDX-License-Identifier: Apache-2.0
/// What the models of all packages share.
@NullMarked
package io.eventlet.interleavings;

import org.jspecify.annotations.NullMarked;
