// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.place;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// The end of a file's name by which a browser knows, from the disk, that it is a page or a style
/// sheet. Which types have one, and which names have it already, is as in wget.
enum Ending {
    NONE("", ""),
    PAGE(".html", "(?i)\\.html?$"),
    STYLE(".css", "(?i)\\.css$");

    private static final int MOST_BYTES = 240; // of a name, as there is a clash to think of

    private final String text;
    private final Pattern there;

    Ending(String text, String there) {
        this.text = text;
        this.there = Pattern.compile(there);
    }

    /// That of a field `Content-Type`.
    static Ending of(String contentType) {
        var type = contentType.split("[;,\\s]", 2)[0];
        if (type.equalsIgnoreCase("text/html") || type.equalsIgnoreCase("application/xhtml+xml")) {
            return PAGE;
        }
        return type.equalsIgnoreCase("text/css") ? STYLE : NONE;
    }

    /// What a name ends in, as it is written; empty if that is none of these.
    static String in(String name) {
        for (var ending : new Ending[] {PAGE, STYLE}) {
            var matcher = ending.there.matcher(name);
            if (matcher.find()) {
                return matcher.group();
            }
        }
        return "";
    }

    /// A name with something more before its end.
    static String before(String name, String more) {
        var ending = in(name);
        return name.substring(0, name.length() - ending.length()) + more + ending;
    }

    /// The name with this end, unless it has it. One that is too long then is cut, and has a part
    /// of its hash.
    String behind(String name) {
        if (there.matcher(name).find()) {
            return name;
        }
        return name.getBytes(StandardCharsets.UTF_8).length + text.length() <= MOST_BYTES
                ? name + text
                : FileNames.cut(name, MOST_BYTES - text.length()) + text;
    }
}
