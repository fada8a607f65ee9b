// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import java.io.Closeable;
import java.io.IOException;
import java.util.Locale;

/// As much of SMTP (RFC 5321) and IMAP (RFC 3501) as a client needs that sends a message and reads
/// one. A message to `QUESTION-MILLIS@…` is queued under the number of the question after so long;
/// the folder `QUESTION-MILLIS` has one message, whose subject is the question. Both take so long,
/// or as [HeldAnswers] say.
public final class MailServer implements Closeable {
    private final HeldAnswers held = new HeldAnswers();
    private final LineServer smtp;
    private final LineServer imap;

    private MailServer() throws IOException {
        smtp = LineServer.start("smtp", this::receive);
        imap = LineServer.start("imap", this::show);
    }

    public static MailServer start() throws IOException {
        return new MailServer();
    }

    public HeldAnswers held() {
        return held;
    }

    public int smtpPort() {
        return smtp.port();
    }

    public int imapPort() {
        return imap.port();
    }

    // ---- SMTP

    private void receive(LineServer.Line line) throws IOException, InterruptedException {
        line.write("220 localhost");
        String recipient = "";
        for (var asked = line.read(); asked != null; asked = line.read()) {
            String command = asked.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
            switch (command) {
                case "EHLO", "HELO", "MAIL", "RSET", "NOOP" -> line.write("250 done");
                case "RCPT" -> {
                    recipient = asked.substring(asked.indexOf('<') + 1, asked.indexOf('@'));
                    line.write("250 done");
                }
                case "DATA" -> {
                    line.write("354 go on");
                    skipMessage(line);
                    String[] parts = recipient.split("-", 2);
                    held.awaitRelease(Long.parseLong(parts[1]));
                    line.write("250 queued as " + parts[0]);
                }
                case "QUIT" -> {
                    line.write("221 goodbye");
                    return;
                }
                default -> line.write("502 not here");
            }
        }
    }

    private static void skipMessage(LineServer.Line line) throws IOException {
        var next = line.read();
        while (next != null && !next.equals(".")) {
            next = line.read();
        }
    }

    // ---- IMAP

    private void show(LineServer.Line line) throws IOException, InterruptedException {
        line.write("* OK ready");
        String[] folder = {"", "0"};
        for (var asked = line.read(); asked != null; asked = line.read()) {
            String[] words = asked.split(" ", 3);
            String tag = words[0];
            switch (words[1].toUpperCase(Locale.ROOT)) {
                case "CAPABILITY" -> line.write("* CAPABILITY IMAP4rev1");
                case "LIST" -> line.write("* LIST () \"/\" " + lastWord(asked));
                case "SELECT", "EXAMINE" -> {
                    folder = lastWord(asked).split("-", 2);
                    line.write("* 1 EXISTS");
                    line.write("* 0 RECENT");
                    line.write("* FLAGS ()");
                    line.write("* OK [UIDVALIDITY 1] valid");
                }
                case "FETCH" -> {
                    held.awaitRelease(Long.parseLong(folder[1]));
                    line.write(
                            "* 1 FETCH (ENVELOPE (NIL \"%s\" NIL NIL NIL NIL NIL NIL NIL NIL))"
                                    .formatted(folder[0]));
                }
                case "LOGOUT" -> {
                    line.write("* BYE");
                    line.write(tag + " OK done");
                    return;
                }
                default -> {
                    // nothing but the last line
                }
            }
            line.write(tag + " OK done");
        }
    }

    private static String lastWord(String asked) {
        return asked.substring(asked.lastIndexOf(' ') + 1).replace("\"", "");
    }

    @Override
    public void close() throws IOException {
        held.close();
        smtp.close();
        imap.close();
    }
}
