// SPDX-License-Identifier: Apache-2.0

/// Pools of what is lent to one thread at a time: connections, tokens, and the like.
package io.eventlet.resource;
