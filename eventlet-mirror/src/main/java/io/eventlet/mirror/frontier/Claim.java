// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.frontier;

/// The right to fetch a URL until a lease ends.
///
/// @param entry what is to be fetched
/// @param number tells claims of the same URL apart
public record Claim(Entry entry, long number) {}
