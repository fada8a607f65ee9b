// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import java.util.List;

/// What a server has answered.
///
/// @param code how it went (RFC 1035 4.1.1), with the upper bits of EDNS
/// @param isTruncated whether there is more, by TCP
/// @param answers the records of the answer section
/// @param authority those of the authority section
record Reply(
        int id,
        int code,
        boolean isTruncated,
        String name,
        RecordType type,
        List<ResourceRecord> answers,
        List<ResourceRecord> authority) {
    static final int NO_ERROR = 0;
    static final int FORMAT_ERROR = 1;
    static final int NO_SUCH_NAME = 3;
    static final int NOT_IMPLEMENTED = 4;

    /// Whether it answers this query, and not another one, or one that somebody else has guessed.
    boolean answers(Query query) {
        return id == query.id() && type == query.type() && name.equals(query.name());
    }

    /// Whether it says that the name has what was asked, or that it has not.
    boolean isDefinite() {
        return code == NO_ERROR || code == NO_SUCH_NAME;
    }

    /// Whether it may be that the server does not know EDNS.
    boolean refusesEdns() {
        return code == FORMAT_ERROR || code == NOT_IMPLEMENTED;
    }

    static String codeName(int code) {
        return switch (code) {
            case 1 -> "FORMERR";
            case 2 -> "SERVFAIL";
            case 3 -> "NXDOMAIN";
            case 4 -> "NOTIMP";
            case 5 -> "REFUSED";
            default -> "code " + code;
        };
    }
}
