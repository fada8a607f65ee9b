// SPDX-License-Identifier: Apache-2.0
/// The command line: `Main` and what its commands share.
@NullMarked
package io.eventlet.cli;

import org.jspecify.annotations.NullMarked;
