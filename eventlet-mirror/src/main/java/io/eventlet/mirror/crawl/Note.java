// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.mirror.fetch.Version;

/// What a run keeps of a URL in the frontier, beside what that knows itself.
///
/// @param status of the last answer; 0 if there was none
/// @param reason the rule, the failure, or where it leads, in words
/// @param part which part of a listing it is that comes in parts, from 0
/// @param type of the file that is there, if it is a page or a style sheet; else empty
/// @param version of the file that is there
record Note(
        Outcome.Kind kind,
        Role role,
        int status,
        String reason,
        int part,
        String type,
        Version version) {
    private static final Note NONE =
            new Note(Outcome.Kind.QUEUED, Role.ENTRY, 0, "", 0, "", Version.UNKNOWN);
    private static final String BETWEEN = "\t";
    private static final int FIELDS = 6;

    /// Of what was found as this.
    static Note of(Role role, int part) {
        return new Note(Outcome.Kind.QUEUED, role, 0, "", part, "", Version.UNKNOWN);
    }

    Note with(Outcome.Kind newKind, int newStatus, String newReason) {
        return new Note(newKind, role, newStatus, newReason, part, type, version);
    }

    Note with(String newType, Version newVersion) {
        return new Note(kind, role, status, reason, part, newType, newVersion);
    }

    /// As a text; empty for most of what is queued.
    String stored() {
        if (equals(NONE)) {
            return "";
        }
        var head =
                String.join(
                        BETWEEN,
                        kind.name(),
                        role.name(),
                        Integer.toString(status),
                        Integer.toString(part),
                        oneField(type),
                        oneField(reason));
        return version.equals(Version.UNKNOWN) ? head : head + "\n" + version.stored();
    }

    private static String oneField(String text) {
        return text.replaceAll("[\t\r\n]+", " ");
    }

    static Note restored(String stored) {
        int end = stored.indexOf('\n');
        var head = (end < 0 ? stored : stored.substring(0, end)).split(BETWEEN, FIELDS);
        if (head.length < FIELDS) {
            return NONE;
        }
        return new Note(
                Outcome.Kind.valueOf(head[0]),
                Role.valueOf(head[1]),
                Integer.parseInt(head[2]),
                head[5],
                Integer.parseInt(head[3]),
                head[4],
                end < 0 ? Version.UNKNOWN : Version.restored(stored.substring(end + 1)));
    }
}
