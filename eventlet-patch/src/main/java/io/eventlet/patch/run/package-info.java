// SPDX-License-Identifier: Apache-2.0
/// Runs programs that know nothing of green threads.
@NullMarked
package io.eventlet.patch.run;

import org.jspecify.annotations.NullMarked;
