// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import io.eventlet.libraries.servers.FtpServer;
import io.eventlet.libraries.servers.MailServer;
import io.eventlet.libraries.servers.ZmqServer;
import io.eventlet.libraries.storm.Library;

import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;

import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPClient;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.zeromq.SocketType;
import org.zeromq.ZContext;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/// Clients of protocols other than HTTP, with no word about sockets or threads.
final class ProtocolsAsTheyAre {
    private static final String HOST = "127.0.0.1";

    private ProtocolsAsTheyAre() {}

    /// commons-net: a connection for each question, and one more for each file.
    static Library ftp(FtpServer server) {
        return (question, millis) -> {
            var client = new FTPClient();
            try {
                client.connect(HOST, server.port());
                client.enterLocalPassiveMode();
                if (!client.login("somebody", "secret")
                        || !client.setFileType(FTP.BINARY_FILE_TYPE)) {
                    throw new IOException(client.getReplyString());
                }
                var stream = client.retrieveFileStream(question + "-" + millis);
                if (stream == null) {
                    throw new IOException(client.getReplyString());
                }
                String answer;
                try (stream) {
                    answer = new String(stream.readAllBytes(), StandardCharsets.US_ASCII);
                }
                if (!client.completePendingCommand()) {
                    throw new IOException(client.getReplyString());
                }
                return Long.parseLong(answer);
            } finally {
                client.disconnect();
            }
        };
    }

    /// Angus Mail: sends a message on a connection of its own.
    static Library smtp(MailServer server) {
        var settings = new Properties();
        // Who is stopped within a message would wait for an answer to QUIT, which is a line of it.
        settings.setProperty("mail.smtp.quitwait", "false");
        return (question, millis) -> {
            var session = Session.getInstance(settings);
            var message = new MimeMessage(session);
            message.setFrom(new InternetAddress("somebody@example.org"));
            var to = new InternetAddress(question + "-" + millis + "@example.org");
            message.setRecipient(Message.RecipientType.TO, to);
            message.setSubject("a question");
            message.setText(String.valueOf(question));
            try (var transport = (SMTPTransport) session.getTransport("smtp")) {
                transport.connect(HOST, server.smtpPort(), null, null);
                transport.sendMessage(message, message.getAllRecipients());
                String answer = transport.getLastServerResponse().strip();
                return Long.parseLong(answer.substring(answer.lastIndexOf(' ') + 1));
            }
        };
    }

    /// Angus Mail: reads a message. A store has a pool of connections.
    static Library imap(MailServer server) {
        return (question, millis) -> {
            var session = Session.getInstance(new Properties());
            try (var store = session.getStore("imap")) {
                store.connect(HOST, server.imapPort(), "somebody", "secret");
                var folder = store.getFolder(question + "-" + millis);
                folder.open(Folder.READ_ONLY);
                try (folder) {
                    return Long.parseLong(folder.getMessage(1).getSubject());
                }
            }
        };
    }

    /// JeroMQ: a socket for each question, of one context for all.
    static Library zmq(ZContext context, ZmqServer server) {
        return (question, millis) -> {
            try (var socket = context.createSocket(SocketType.REQ)) {
                socket.setLinger(0);
                socket.connect(server.address());
                socket.send(question + "-" + millis);
                var answer = socket.recvStr();
                if (answer == null) {
                    throw new IOException("no answer, error " + socket.errno());
                }
                return Long.parseLong(answer);
            }
        };
    }
}
