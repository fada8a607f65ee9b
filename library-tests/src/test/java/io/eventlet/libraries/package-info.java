// SPDX-License-Identifier: Apache-2.0
/// Libraries of others over green sockets, in a storm of timeouts and kills.
@NullMarked
package io.eventlet.libraries;

import org.jspecify.annotations.NullMarked;
