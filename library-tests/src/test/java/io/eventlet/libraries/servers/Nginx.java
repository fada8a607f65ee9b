// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.util.List;

/// An nginx that hands what it is asked, over TLS, to another server on loopback.
public final class Nginx {
    private static final String CONFIGURATION =
            """
            daemon off;
            master_process off;
            pid pid;
            error_log error.log error;
            events { worker_connections 1024; }
            http {
                access_log off;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                keepalive_requests 100;
                upstream echo { server 127.0.0.1:UPSTREAM; keepalive 32; }
                server {
                    listen 127.0.0.1:PORT ssl backlog=511;
                    ssl_certificate certificate.pem;
                    ssl_certificate_key key.pem;
                    location / {
                        proxy_pass http://echo;
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                    }
                }
            }
            """;

    private Nginx() {}

    public static LocalServer start(int upstream, Certificate certificate) throws IOException {
        var directory = LocalServer.newDirectory("nginx");
        int port = FreePort.find();
        certificate.copyTo(directory.resolve("certificate.pem"), directory.resolve("key.pem"));
        var configuration =
                Files.writeString(
                        directory.resolve("nginx.conf"),
                        CONFIGURATION
                                .replace("UPSTREAM", String.valueOf(upstream))
                                .replace("PORT", String.valueOf(port)));
        return LocalServer.start(
                List.of(
                        Program.of("nginx", "nginx"),
                        "-p",
                        directory.toString(),
                        "-c",
                        configuration.toString(),
                        "-e",
                        directory.resolve("error.log").toString()),
                directory,
                port,
                Nginx::talk);
    }

    private static void talk(int port) throws Exception {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
    }
}
