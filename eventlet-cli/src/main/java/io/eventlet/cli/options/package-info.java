// SPDX-License-Identifier: Apache-2.0
/// Values on the command line that picocli does not know: durations, ports, counts.
@NullMarked
package io.eventlet.cli.options;

import org.jspecify.annotations.NullMarked;
