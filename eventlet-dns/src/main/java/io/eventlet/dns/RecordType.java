// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

/// The types of resource records that a look-up asks for or meets (RFC 1035, 3596, 6891).
enum RecordType {
    A(1),
    CNAME(5),
    SOA(6),
    PTR(12),
    AAAA(28),
    OPT(41),
    OTHER(-1);

    final int code;

    RecordType(int code) {
        this.code = code;
    }

    static RecordType of(int code) {
        for (var type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        return OTHER;
    }
}
