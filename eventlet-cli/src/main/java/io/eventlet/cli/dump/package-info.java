// SPDX-License-Identifier: Apache-2.0
/// `eventlet dump`: what another process's green threads wait for.
@NullMarked
package io.eventlet.cli.dump;

import org.jspecify.annotations.NullMarked;
