// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.library;

import java.net.URI;

/// Where classes come from.
final class ClassPlaces {
    private ClassPlaces() {}

    /// The jar or directory that has a class.
    static URI of(String className, ClassLoader loader) {
        var file = className.replace('.', '/') + ".class";
        var url = loader.getResource(file);
        if (url == null) {
            throw new IllegalArgumentException("no class " + className + " on the class path");
        }
        var text = url.toString();
        return switch (url.getProtocol()) {
            case "jar" -> URI.create(text.substring(4, text.lastIndexOf("!/")));
            case "file" -> URI.create(text.substring(0, text.length() - file.length()));
            default ->
                    throw new IllegalArgumentException(
                            "class " + className + " is in no jar and no directory: " + url);
        };
    }
}
