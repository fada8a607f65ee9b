// SPDX-License-Identifier: Apache-2.0
/// `eventlet mirror`: copies what servers list, and says what has become of each URL.
@NullMarked
package io.eventlet.cli.mirror;

import org.jspecify.annotations.NullMarked;
