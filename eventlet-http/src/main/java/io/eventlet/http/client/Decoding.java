// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.http.Headers;

import org.jspecify.annotations.Nullable;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Decodes bodies where that was asked for.
final class Decoding {
    private static final List<ContentDecoder> BUILT_IN =
            List.of(
                    ContentDecoder.of("gzip", Inflating::gzip),
                    ContentDecoder.of("deflate", Inflating::deflate));

    private Decoding() {}

    static boolean isAsked(ClientRequest request, ClientSettings settings) {
        var own = request.options().decodes();
        return own == null ? settings.decodes() : own;
    }

    /// The decoders by their codings: others, and those that are built in.
    static Map<String, ContentDecoder> byCoding(List<ContentDecoder> others) {
        var all = new LinkedHashMap<String, ContentDecoder>();
        for (var decoder : others) {
            all.put(decoder.coding().toLowerCase(Locale.ROOT), decoder);
        }
        for (var decoder : BUILT_IN) {
            all.putIfAbsent(decoder.coding(), decoder);
        }
        return all;
    }

    /// A body without the codings that are known, from the outermost on, which are added to a list.
    static InputStream decoded(
            ResponseBody body, Headers headers, ClientSettings settings, List<String> codings) {
        InputStream stream = body;
        for (var coding : listed(headers).reversed()) {
            var decoder = find(coding, settings);
            if (decoder == null) {
                break;
            }
            codings.add(coding);
            stream = new DecodedBody(body, stream, decoder, settings.bodyLimit());
        }
        return stream;
    }

    private static List<String> listed(Headers headers) {
        var codings = new ArrayList<String>();
        if (headers.contains("Content-Encoding")) {
            for (var name : String.join(",", headers.all("Content-Encoding")).split(",", -1)) {
                var coding = name.strip().toLowerCase(Locale.ROOT);
                if (!coding.isEmpty() && !coding.equals("identity")) {
                    codings.add(coding);
                }
            }
        }
        return codings;
    }

    private static @Nullable ContentDecoder find(String coding, ClientSettings settings) {
        var name = coding.equals("x-gzip") ? "gzip" : coding; // RFC 9110, 8.4.1.3
        return settings.decoders().get(name);
    }
}
