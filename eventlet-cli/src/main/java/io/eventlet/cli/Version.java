// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import picocli.CommandLine.IVersionProvider;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.jar.Attributes;
import java.util.jar.Manifest;

/// What `--version` prints: ours, the commit if the build named it, and the Java that runs it.
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        String version = manifest().getValue("Implementation-Version");
        String commit = commit();
        return new String[] {
            "eventlet "
                    + (version == null ? "(not packaged)" : version)
                    + (commit.isEmpty() ? "" : " (" + commit + ")"),
            "Java " + Runtime.version() + ", " + System.getProperty("java.vendor")
        };
    }

    /// The commit that the build has found; empty when there was none.
    private static String commit() throws IOException {
        try (var in = Version.class.getResourceAsStream("commit")) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /// The main attributes of the jar that this class is in; empty when it is in none.
    private static Attributes manifest() throws IOException {
        var here = Version.class.getResource("Version.class");
        if (here == null || !here.getProtocol().equals("jar")) {
            return new Attributes();
        }
        String jar = here.toString().substring(0, here.toString().indexOf('!') + 1);
        try (InputStream in =
                java.net.URI.create(jar + "/META-INF/MANIFEST.MF").toURL().openStream()) {
            return new Manifest(in).getMainAttributes();
        }
    }
}
