// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;

/// As much of FTP (RFC 959, RFC 2428) as a client needs that reads files in passive mode: the file
/// `QUESTION-MILLIS` has the question in it, and takes so long, or as [HeldAnswers] say.
public final class FtpServer implements Closeable {
    private final HeldAnswers held = new HeldAnswers();
    private final LineServer server;

    private FtpServer() throws IOException {
        server = LineServer.start("ftp", this::talk);
    }

    public static FtpServer start() throws IOException {
        return new FtpServer();
    }

    public HeldAnswers held() {
        return held;
    }

    public int port() {
        return server.port();
    }

    private void talk(LineServer.Line line) throws IOException, InterruptedException {
        line.write("220 ready");
        @Nullable ServerSocket data = null;
        try {
            for (var asked = line.read(); asked != null; asked = line.read()) {
                String[] words = asked.split(" ", 2);
                switch (words[0]) {
                    case "USER" -> line.write("331 password");
                    case "PASS" -> line.write("230 logged in");
                    case "TYPE" -> line.write("200 done");
                    case "PASV" -> {
                        close(data);
                        data = LineServer.listen();
                        int port = data.getLocalPort();
                        line.write(
                                "227 entering (127,0,0,1,%d,%d)".formatted(port >> 8, port & 0xff));
                    }
                    case "RETR" -> {
                        if (data == null) {
                            line.write("425 no connection");
                        } else {
                            send(line, data, words[1]);
                        }
                    }
                    case "QUIT" -> {
                        line.write("221 goodbye");
                        return;
                    }
                    default -> line.write("502 not here");
                }
            }
        } finally {
            close(data);
        }
    }

    private void send(LineServer.Line line, ServerSocket data, String file)
            throws IOException, InterruptedException {
        String[] parts = file.split("-", 2);
        line.write("150 here it comes");
        try (var socket = data.accept()) {
            held.awaitRelease(Long.parseLong(parts[1]));
            socket.getOutputStream().write(parts[0].getBytes(StandardCharsets.US_ASCII));
        }
        line.write("226 done");
    }

    private static void close(@Nullable ServerSocket listener) throws IOException {
        if (listener != null) {
            listener.close();
        }
    }

    @Override
    public void close() throws IOException {
        held.close();
        server.close();
    }
}
