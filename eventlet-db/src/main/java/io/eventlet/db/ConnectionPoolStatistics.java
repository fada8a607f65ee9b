// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

/// The counts of a [ConnectionPool] at a moment.
///
/// @param max how many connections there may be
/// @param size how many there are, with those that are being opened or closed
/// @param lent how many of them are lent, or being opened or closed
/// @param idle how many are there to be lent
/// @param waiting how many threads wait for one
/// @param loans how often a connection was lent
/// @param waits how often a thread had to wait for one
/// @param expired how often that took too long
/// @param opened how many connections have been opened
/// @param closed how many have been closed
public record ConnectionPoolStatistics(
        int max,
        int size,
        int lent,
        int idle,
        int waiting,
        long loans,
        long waits,
        long expired,
        long opened,
        long closed) {}
