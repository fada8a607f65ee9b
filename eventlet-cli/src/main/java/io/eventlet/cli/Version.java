// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import picocli.CommandLine.IVersionProvider;

import java.io.IOException;
import java.io.InputStream;
import java.util.jar.Attributes;
import java.util.jar.Manifest;

/// What `--version` prints: ours, the commit if the build named it, and the Java that runs it.
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        var manifest = manifest();
        String version = manifest.getValue("Implementation-Version");
        String commit = manifest.getValue("Implementation-Commit");
        boolean isCommitKnown = commit != null && !commit.equals("unknown");
        return new String[] {
            "eventlet "
                    + (version == null ? "(not packaged)" : version)
                    + (isCommitKnown ? " (" + commit + ")" : ""),
            "Java " + Runtime.version() + ", " + System.getProperty("java.vendor")
        };
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
