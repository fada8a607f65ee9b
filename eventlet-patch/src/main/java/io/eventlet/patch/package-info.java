// SPDX-License-Identifier: Apache-2.0

/// Makes blocking code of others wait on hubs, without a change of it: [io.eventlet.patch.Patcher].
@NullMarked
package io.eventlet.patch;

import org.jspecify.annotations.NullMarked;
