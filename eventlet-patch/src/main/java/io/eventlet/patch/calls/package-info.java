// SPDX-License-Identifier: Apache-2.0
/// What patched classes call in place of the JDK: nothing for people to call.
@NullMarked
package io.eventlet.patch.calls;

import org.jspecify.annotations.NullMarked;
