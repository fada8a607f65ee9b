// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/// The parameters of a query as HTML forms send them; the first of each name.
record QueryParameters(Map<String, String> firsts) {
    static QueryParameters of(@Nullable String query) {
        var firsts = new HashMap<String, String>();
        for (var pair : query == null ? new String[0] : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            var name = equals < 0 ? pair : pair.substring(0, equals);
            var value = equals < 0 ? "" : pair.substring(equals + 1);
            firsts.putIfAbsent(Percent.decode(name, true), Percent.decode(value, true));
        }
        return new QueryParameters(firsts);
    }

    @Nullable String first(String name) {
        return firsts.get(name);
    }
}
