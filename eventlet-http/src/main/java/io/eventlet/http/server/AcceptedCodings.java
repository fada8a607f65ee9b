// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import java.util.List;

/// Which codings of a body a client takes (RFC 9110, 12.5.3).
final class AcceptedCodings {
    private AcceptedCodings() {}

    /// How much the client likes a coding: from 0, not at all, to 1000. A coding that nobody names
    /// is liked as much as `*`, or not at all.
    static int weight(List<String> fields, String coding) {
        int any = 0;
        for (var field : fields) {
            for (var member : field.split(",", -1)) {
                int end = member.indexOf(';');
                var name = (end < 0 ? member : member.substring(0, end)).strip();
                if (name.equalsIgnoreCase(coding)
                        || (coding.equals("gzip") && name.equalsIgnoreCase("x-gzip"))) {
                    return end < 0 ? 1000 : weight(member.substring(end + 1));
                }
                if (name.equals("*")) {
                    any = end < 0 ? 1000 : weight(member.substring(end + 1));
                }
            }
        }
        return any;
    }

    /// Of `q=0.5`; of anything else it is 0.
    private static int weight(String parameter) {
        var text = parameter.strip();
        if (!text.matches("[qQ]=(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)")) {
            return 0;
        }
        return (int) Math.round(Double.parseDouble(text.substring(2)) * 1000);
    }
}
