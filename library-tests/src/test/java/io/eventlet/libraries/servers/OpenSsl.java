// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command openssl, which makes certificates.
final class OpenSsl {
    private OpenSsl() {}

    /// Makes a key of elliptic curves and a certificate for two days.
    ///
    /// @param extension such as `subjectAltName=DNS:localhost`
    /// @param signed by whom, as arguments of the command; nothing for one signed by itself
    static void certify(
            Path certificate, Path key, String subject, String extension, List<String> signed)
            throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Program.of("openssl", "openssl"),
                                "req",
                                "-x509",
                                "-newkey",
                                "ec",
                                "-pkeyopt",
                                "ec_paramgen_curve:prime256v1",
                                "-nodes",
                                "-days",
                                "2",
                                "-subj",
                                subject,
                                "-addext",
                                extension,
                                "-keyout",
                                key.toString(),
                                "-out",
                                certificate.toString()));
        command.addAll(signed);
        LocalServer.prepare(command, certificate.resolveSibling("."));
    }
}
