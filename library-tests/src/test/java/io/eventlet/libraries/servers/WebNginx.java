// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// An nginx that answers `/echo/QUESTION/MILLIS` as another server does, which it asks; `/zip/…`
/// the same packed and in chunks; `/moved/…` by a redirect to it; `/upload/…` likewise after a
/// body, which it passes on as it comes. `/numbers` is a file of numbers from 0 on, each of
/// [#DIGITS] digits.
///
/// @param server over TLS
/// @param plainPort without
public record WebNginx(LocalServer server, int plainPort) implements AutoCloseable {
    public static final int DIGITS = 8;
    public static final int NUMBERS = 20_000;

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
                keepalive_requests 50;
                upstream echo { server 127.0.0.1:UPSTREAM; keepalive 32; }
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                server {
                    listen 127.0.0.1:SECURE ssl backlog=511;
                    listen 127.0.0.1:PLAIN backlog=511;
                    ssl_certificate certificate.pem;
                    ssl_certificate_key key.pem;
                    location /echo/ { proxy_pass http://echo; }
                    location /upload/ {
                        proxy_pass http://echo/echo/;
                        proxy_request_buffering off;
                        proxy_buffering off;
                        client_max_body_size 0;
                    }
                    location /zip/ {
                        proxy_pass http://echo/echo/;
                        gzip on;
                        gzip_min_length 1;
                        gzip_types *;
                        gzip_proxied any;
                    }
                    location /moved/ { rewrite ^/moved/(.*)$ /echo/$1 redirect; }
                    location /numbers { root www; }
                }
            }
            """;

    public static WebNginx start(int upstream, Certificate certificate) throws IOException {
        var directory = LocalServer.newDirectory("nginx");
        int secure = FreePort.find();
        int plain = FreePort.find();
        certificate.copyTo(directory.resolve("certificate.pem"), directory.resolve("key.pem"));
        var numbers = new StringBuilder();
        for (int i = 0; i < NUMBERS; i++) {
            numbers.append("%08d".formatted(i));
        }
        var www = Files.createDirectory(directory.resolve("www"));
        allowAll(directory, Files.writeString(www.resolve("numbers"), numbers));
        var configuration =
                Files.writeString(
                        directory.resolve("nginx.conf"),
                        CONFIGURATION
                                .replace("UPSTREAM", String.valueOf(upstream))
                                .replace("SECURE", String.valueOf(secure))
                                .replace("PLAIN", String.valueOf(plain)));
        var server =
                LocalServer.start(
                        List.of(
                                Program.of("nginx", "nginx"),
                                "-p",
                                directory.toString(),
                                "-c",
                                configuration.toString(),
                                "-e",
                                directory.resolve("error.log").toString()),
                        directory,
                        secure,
                        port -> {
                            new Socket(InetAddress.getLoopbackAddress(), port).close();
                            new Socket(InetAddress.getLoopbackAddress(), plain).close();
                        });
        return new WebNginx(server, plain);
    }

    /// Its workers may be of another user.
    private static void allowAll(Path directory, Path file) throws IOException {
        for (var one : List.of(directory, directory.resolve("www"), file)) {
            if (!one.toFile().setReadable(true, false)
                    || (Files.isDirectory(one) && !one.toFile().setExecutable(true, false))) {
                throw new IOException("cannot be made readable: " + one);
            }
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
