// SPDX-License-Identifier: Apache-2.0
/// Green copies of libraries, beside those that the program has.
@NullMarked
package io.eventlet.patch.library;

import org.jspecify.annotations.NullMarked;
