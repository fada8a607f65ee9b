// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// The media types of files by the ends of their names: a table of our own, so that a file has the
/// same type on every system. Text is taken to be UTF-8.
final class ContentTypes {
    static final String UNKNOWN = "application/octet-stream";

    private static final String TABLE =
            """
            text/html: html htm xhtm
            text/css: css
            text/javascript: js mjs cjs
            text/plain: txt text log conf cfg ini properties sh py java kt c h cc cpp
            text/plain: hpp rs go rb pl toml diff patch adoc rst
            text/markdown: md markdown
            text/csv: csv
            text/tab-separated-values: tsv
            text/calendar: ics
            text/vcard: vcf
            text/vtt: vtt
            text/yaml: yaml yml
            application/json: json map
            application/ld+json: jsonld
            application/geo+json: geojson
            application/manifest+json: webmanifest
            application/x-ndjson: ndjson jsonl
            application/xml: xml xsl xsd
            application/xhtml+xml: xhtml
            application/rss+xml: rss
            application/atom+xml: atom
            application/wasm: wasm
            application/pdf: pdf
            application/rtf: rtf
            application/epub+zip: epub
            application/zip: zip
            application/gzip: gz tgz
            application/zstd: zst
            application/x-bzip2: bz2
            application/x-xz: xz
            application/x-tar: tar
            application/x-7z-compressed: 7z
            application/vnd.rar: rar
            application/java-archive: jar war ear
            application/sql: sql
            application/postscript: ps eps ai
            application/msword: doc
            application/vnd.ms-excel: xls
            application/vnd.ms-powerpoint: ppt
            application/vnd.openxmlformats-officedocument.wordprocessingml.document: docx
            application/vnd.openxmlformats-officedocument.spreadsheetml.sheet: xlsx
            application/vnd.openxmlformats-officedocument.presentationml.presentation: pptx
            application/vnd.oasis.opendocument.text: odt
            application/vnd.oasis.opendocument.spreadsheet: ods
            application/vnd.oasis.opendocument.presentation: odp
            application/vnd.debian.binary-package: deb
            application/vnd.apple.mpegurl: m3u8
            application/dash+xml: mpd
            image/png: png
            image/jpeg: jpg jpeg jpe
            image/gif: gif
            image/webp: webp
            image/avif: avif
            image/heic: heic
            image/jxl: jxl
            image/svg+xml: svg
            image/bmp: bmp
            image/tiff: tif tiff
            image/vnd.microsoft.icon: ico cur
            font/woff: woff
            font/woff2: woff2
            font/ttf: ttf
            font/otf: otf
            font/collection: ttc
            audio/mpeg: mp3
            audio/mp4: m4a
            audio/aac: aac
            audio/ogg: oga ogg opus
            audio/flac: flac
            audio/wav: wav
            audio/webm: weba
            audio/midi: mid midi
            video/mp4: mp4 m4v
            video/webm: webm
            video/ogg: ogv
            video/mpeg: mpg mpeg
            video/mp2t: ts
            video/quicktime: mov
            video/x-msvideo: avi
            video/x-matroska: mkv
            model/gltf+json: gltf
            model/gltf-binary: glb
            """;
    private static final Map<String, String> TYPES = new HashMap<>();

    static {
        TABLE.lines()
                .forEach(line -> {
                    int colon = line.indexOf(':');
                    var type = line.substring(0, colon);
                    var charset = type.startsWith("text/") ? "; charset=utf-8" : "";
                    for (var extension : line.substring(colon + 2).split(" ", -1)) {
                        TYPES.put(extension, type + charset);
                    }
                });
    }

    private ContentTypes() {}

    /// The type of a file of this name, of those given before those of the table.
    static String of(String fileName, Map<String, String> given) {
        int dot = fileName.lastIndexOf('.');
        if (dot < 0) {
            return UNKNOWN;
        }
        var extension = fileName.substring(dot + 1).toLowerCase(Locale.ROOT);
        var type = given.get(extension);
        return type == null ? TYPES.getOrDefault(extension, UNKNOWN) : type;
    }
}
