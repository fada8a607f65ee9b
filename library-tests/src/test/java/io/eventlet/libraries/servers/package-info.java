// SPDX-License-Identifier: Apache-2.0
/// Real servers on loopback, which tests start, kill and start again.
@NullMarked
package io.eventlet.libraries.servers;

import org.jspecify.annotations.NullMarked;
