// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpUrl;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A server of Debian's packages, in a process, that serves a tree and lists its directories.
final class RealServer implements AutoCloseable {
    private final Process process;
    private final Socket port;

    private RealServer(Process process, Socket port) {
        this.process = process;
        this.port = port;
    }

    /// The servers.
    enum Kind {
        NGINX {
            @Override
            List<String> command(Path tree, Path own, int port) throws IOException {
                var configuration =
                        """
                        daemon off;
                        master_process off;
                        pid %2$s/pid;
                        error_log %2$s/error.log;
                        events {}
                        http {
                            access_log off;
                            client_body_temp_path %2$s/body;
                            proxy_temp_path %2$s/proxy;
                            fastcgi_temp_path %2$s/fastcgi;
                            uwsgi_temp_path %2$s/uwsgi;
                            scgi_temp_path %2$s/scgi;
                            server {
                                listen 127.0.0.1:%3$d;
                                root %1$s;
                                autoindex on;
                            }
                        }
                        """
                                .formatted(tree, own, port);
                return List.of(
                        program("nginx"),
                        "-p",
                        own.toString(),
                        "-e",
                        own.resolve("error.log").toString(),
                        "-c",
                        Files.writeString(own.resolve("nginx.conf"), configuration).toString());
            }
        },
        APACHE {
            @Override
            List<String> command(Path tree, Path own, int port) throws IOException {
                var configuration =
                        """
                        ServerName localhost
                        Listen 127.0.0.1:%3$d
                        PidFile %2$s/pid
                        ErrorLog %2$s/error.log
                        Mutex file:%2$s
                        LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
                        LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
                        LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
                        LoadModule autoindex_module /usr/lib/apache2/modules/mod_autoindex.so
                        User www-data
                        Group www-data
                        DocumentRoot %1$s
                        <Directory %1$s>
                            Options +Indexes
                            IndexOptions FancyIndexing NameWidth=20
                            Require all granted
                        </Directory>
                        """
                                .formatted(tree, own, port);
                return List.of(
                        program("apache2"),
                        "-X",
                        "-f",
                        Files.writeString(own.resolve("apache2.conf"), configuration).toString());
            }
        },
        LIGHTTPD {
            @Override
            List<String> command(Path tree, Path own, int port) throws IOException {
                var configuration =
                        """
                        server.modules = ( "mod_dirlisting" )
                        server.document-root = "%s"
                        server.bind = "127.0.0.1"
                        server.port = %d
                        dir-listing.activate = "enable"
                        mimetype.assign = ( "" => "application/octet-stream" ) # or no ETag
                        """
                                .formatted(tree, port);
                return List.of(
                        program("lighttpd"),
                        "-D",
                        "-f",
                        Files.writeString(own.resolve("lighttpd.conf"), configuration).toString());
            }
        },
        PYTHON {
            @Override
            List<String> command(Path tree, Path own, int port) {
                return List.of(
                        program("python3"),
                        "-m",
                        "http.server",
                        "--bind",
                        "127.0.0.1",
                        "--directory",
                        tree.toString(),
                        Integer.toString(port));
            }
        };

        abstract List<String> command(Path tree, Path own, int port) throws IOException;

        private static String program(String name) {
            for (var directory : (System.getenv("PATH") + ":/usr/sbin").split(":", -1)) {
                var program = Path.of(directory, name);
                if (Files.isExecutable(program)) {
                    return program.toString();
                }
            }
            throw new AssertionError(name + " is missing: .ci/run installs it");
        }
    }

    /// Starts a server, and returns when it listens.
    ///
    /// @param own a directory for what it writes
    static RealServer start(Kind kind, Path tree, Path own)
            throws IOException, InterruptedException {
        var port = keptPort();
        var log = own.resolve("log").toFile();
        var process =
                new ProcessBuilder(kind.command(tree, own, port.getLocalPort()))
                        .redirectErrorStream(true)
                        .redirectOutput(log)
                        .start();
        var server = new RealServer(process, port);
        while (!server.isListening()) {
            if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                throw new AssertionError(kind + " has ended: " + Files.readString(log.toPath()));
            }
        }
        return server;
    }

    /// A socket with a port that nobody else is given; a server may bind it too, as it does not
    /// listen.
    private static Socket keptPort() throws IOException {
        var socket = new Socket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return socket;
    }

    private boolean isListening() {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port.getLocalPort())) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    HttpUrl url(String path) {
        return HttpUrl.of("http://127.0.0.1:" + port.getLocalPort() + path);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        port.close();
    }
}
