// SPDX-License-Identifier: Apache-2.0
/// `eventlet run`: unchanged programs on hubs.
@NullMarked
package io.eventlet.cli.run;

import org.jspecify.annotations.NullMarked;
