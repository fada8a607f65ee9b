// SPDX-License-Identifier: Apache-2.0

/// What pages say: listings of directories, and their links.
@org.jspecify.annotations.NullMarked
package io.eventlet.mirror.listing;
