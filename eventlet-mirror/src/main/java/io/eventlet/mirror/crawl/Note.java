// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.fetch.Version;
import io.eventlet.mirror.place.Place;

import java.nio.file.Path;
import java.util.regex.Pattern;

/// What a run keeps of a URL in the frontier, beside what that knows itself.
///
/// @param status of the last answer; 0 if there was none
/// @param reason the rule, the failure, or where it leads, in words
/// @param part which part of a listing it is that comes in parts, from 0
/// @param type of the file that is there, if it is a page or a style sheet; else empty
/// @param version of the file that is there
/// @param name of the file that is there, if it is not the one that the URL says; else empty
record Note(
        Outcome.Kind kind,
        Role role,
        int status,
        String reason,
        int part,
        String type,
        Version version,
        String name) {
    private static final Note NONE =
            new Note(Outcome.Kind.QUEUED, Role.ENTRY, 0, "", 0, "", Version.UNKNOWN, "");
    private static final String BETWEEN = "\t";
    private static final Pattern BETWEEN_FIELDS = Pattern.compile("[\t\r\n]+");
    private static final int FIELDS = 6;
    private static final int VERSION_LINES = 4;

    /// Of what was found as this.
    static Note of(Role role, int part) {
        return new Note(Outcome.Kind.QUEUED, role, 0, "", part, "", Version.UNKNOWN, "");
    }

    Note with(Outcome.Kind newKind, int newStatus, String newReason) {
        return new Note(newKind, role, newStatus, newReason, part, type, version, name);
    }

    Note with(String newType, Version newVersion) {
        return with(newType, newVersion, "");
    }

    Note with(String newType, Version newVersion, String newName) {
        return new Note(kind, role, status, reason, part, newType, newVersion, newName);
    }

    /// Where the file is, relative to the copy, of the URL that this is the note of.
    Path file(Place place, HttpUrl url) {
        var file = place.of(url);
        return name.isEmpty() ? file : file.resolveSibling(name);
    }

    /// The same of what a page needs to be shown.
    Note needed() {
        return new Note(kind, Role.REQUISITE, status, reason, part, type, version, name);
    }

    /// Whether it was found as something of which only what is in the scope is wanted.
    boolean isLink() {
        return role == Role.LINK || role == Role.ENTRY;
    }

    /// As a text; empty for most of what is queued.
    String stored() {
        if (isNone()) {
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
        if (version.equals(Version.UNKNOWN)) {
            return head;
        }
        var file = head + "\n" + version.stored();
        return name.isEmpty() ? file : file + "\n" + name;
    }

    private boolean isNone() {
        return kind == Outcome.Kind.QUEUED
                && role == Role.ENTRY
                && status == 0
                && part == 0
                && reason.isEmpty()
                && type.isEmpty()
                && name.isEmpty()
                && version.equals(Version.UNKNOWN);
    }

    private static String oneField(String text) {
        boolean isOne = text.indexOf('\t') < 0 && text.indexOf('\r') < 0 && text.indexOf('\n') < 0;
        return isOne ? text : BETWEEN_FIELDS.matcher(text).replaceAll(" ");
    }

    static Note restored(String stored) {
        if (stored.isEmpty()) {
            return NONE;
        }
        int end = stored.indexOf('\n');
        var head = (end < 0 ? stored : stored.substring(0, end)).split(BETWEEN, FIELDS);
        if (head.length < FIELDS) {
            return NONE;
        }
        var file = end < 0 ? "" : stored.substring(end + 1);
        int behind = file.lastIndexOf('\n');
        boolean isNamed = file.chars().filter(c -> c == '\n').count() == VERSION_LINES;
        return new Note(
                Outcome.Kind.valueOf(head[0]),
                Role.valueOf(head[1]),
                Integer.parseInt(head[2]),
                head[5],
                Integer.parseInt(head[3]),
                head[4],
                Version.restored(isNamed ? file.substring(0, behind) : file),
                isNamed ? file.substring(behind + 1) : "");
    }
}
