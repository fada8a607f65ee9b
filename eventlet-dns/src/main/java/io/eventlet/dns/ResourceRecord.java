// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;

/// A record of an answer, as far as look-ups are about it.
///
/// @param name whose it is
/// @param seconds how long it may be kept
/// @param address of an A or AAAA record, else null
/// @param target the name in a CNAME or PTR record, else null
/// @param minimum of a SOA record: how long it may be kept that something is not there (RFC 2308)
record ResourceRecord(
        String name,
        RecordType type,
        long seconds,
        @Nullable InetAddress address,
        @Nullable String target,
        long minimum) {}
