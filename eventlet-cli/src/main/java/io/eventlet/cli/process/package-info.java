// SPDX-License-Identifier: Apache-2.0
/// What the commands ask of their process and its operating system: signals, limits, figures,
/// blocking calls.
@NullMarked
package io.eventlet.cli.process;

import org.jspecify.annotations.NullMarked;
