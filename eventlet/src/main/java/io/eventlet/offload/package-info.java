// SPDX-License-Identifier: Apache-2.0

/// Platform threads for what would keep a hub: native calls, files, long computations.
package io.eventlet.offload;
