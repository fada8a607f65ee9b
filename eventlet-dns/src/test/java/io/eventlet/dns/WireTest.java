// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/// What goes over the wire, against another implementation.
@Timeout(60)
class WireTest {
    private static final Query QUERY = new Query(0xbeef, "www.example.org", RecordType.A, true);

    private static Message answer(String... records) throws Exception {
        var answer = new Message(0xbeef);
        answer.getHeader().setFlag(Flags.QR);
        answer.addRecord(
                Record.newRecord(Name.fromString("www.example.org."), Type.A, 1), Section.QUESTION);
        for (String written : records) {
            answer.addRecord(TestServer.parsed(written), Section.ANSWER);
        }
        return answer;
    }

    private static Reply parsed(byte[] bytes) {
        return Objects.requireNonNull(ReplyParser.parse(bytes, bytes.length));
    }

    @Test
    void othersReadOurQueries() throws Exception {
        var read = new Message(QUERY.encode());

        assertThat(read.getHeader().getID()).isEqualTo(0xbeef);
        assertThat(read.getHeader().getOpcode()).isEqualTo(Opcode.QUERY);
        assertThat(read.getHeader().getFlag(Flags.RD)).isTrue();
        assertThat(read.getQuestion().getName()).hasToString("www.example.org.");
        assertThat(read.getQuestion().getType()).isEqualTo(Type.A);
        assertThat(read.getOPT().getPayloadSize()).isEqualTo(Query.UDP_SIZE);
        assertThat(new Message(QUERY.withoutEdns().encode()).getOPT()).isNull();
    }

    @Test
    void weReadAnswersOfOthers() throws Exception {
        var read =
                parsed(
                        answer(
                                        "www.example.org. 5 IN CNAME a.b.example.org.",
                                        "a.b.example.org. 7 IN A 192.0.2.1",
                                        "a.b.example.org. 7 IN TXT something",
                                        "a.b.example.org. 8 IN AAAA 2001:db8::1",
                                        "example.org. 9 IN SOA ns.example.org. root. 1 2 3 4 17")
                                .toWire());

        assertThat(read.answers(QUERY)).isTrue();
        assertThat(read.answers().stream().map(ResourceRecord::type))
                .containsExactly(RecordType.CNAME, RecordType.A, RecordType.AAAA, RecordType.SOA);
        assertThat(read.answers().stream().map(ResourceRecord::seconds))
                .containsExactly(5L, 7L, 8L, 9L);
        assertThat(read.answers().getFirst().target()).isEqualTo("a.b.example.org");
        assertThat(read.answers().get(1).address()).isEqualTo(InetAddress.ofLiteral("192.0.2.1"));
        assertThat(read.answers().getLast().minimum()).isEqualTo(17);
    }

    @Test
    void theUpperBitsOfACodeAreRead() throws Exception {
        var answer = answer();
        answer.addRecord(new OPTRecord(1232, 1, 0), Section.ADDITIONAL);

        assertThat(parsed(answer.toWire()).code()).isEqualTo(Rcode.BADVERS);
    }

    @Test
    void aPointerThatLeadsInACircleIsNoName() throws Exception {
        byte[] bytes = answer("www.example.org. 5 IN A 192.0.2.1").toWire();
        int at = 12 + 17 + 4; // behind the question
        bytes[at] = (byte) 0xc0;
        bytes[at + 1] = (byte) at;

        assertThat(ReplyParser.parse(bytes, bytes.length)).isNull();
    }

    @Test
    void dotsWithinALabelAreNoDots() throws Exception {
        var read = parsed(answer("a\\.b.example.org. 5 IN A 192.0.2.1").toWire());

        assertThat(read.answers().getFirst().name()).isEqualTo("a\\.b.example.org");
    }

    @Test
    void aTruncatedAnswerIsNotReadFurther() throws Exception {
        var answer = answer("www.example.org. 5 IN A 192.0.2.1");
        answer.getHeader().setFlag(Flags.TC);
        byte[] bytes = answer.toWire();

        var read = ReplyParser.parse(bytes, bytes.length - 3);

        assertThat(Objects.requireNonNull(read).isTruncated()).isTrue();
    }

    @Test
    void eachPartOfAnAnswerIsNone() throws Exception {
        byte[] bytes = answer("www.example.org. 5 IN A 192.0.2.1").toWire();

        for (int length = 0; length < bytes.length; length++) {
            assertThat(ReplyParser.parse(bytes, length)).as("%d bytes", length).isNull();
        }
    }

    /// Nothing else is thrown, and nothing takes long.
    @Test
    void anythingCanBeRead() throws Exception {
        var random = new Random(32);
        byte[] good =
                answer(
                                "www.example.org. 5 IN CNAME a.b.example.org.",
                                "a.b.example.org. 7 IN A 192.0.2.1",
                                "example.org. 9 IN SOA ns.example.org. root. 1 2 3 4 17")
                        .toWire();
        int read = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = Arrays.copyOf(good, good.length);
            for (int j = random.nextInt(4); j >= 0; j--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            var reply = ReplyParser.parse(bytes, bytes.length);
            if (reply != null) {
                var ignored = Answers.of(reply);
                read++;
            }
        }
        assertThat(read).isPositive();
    }

    @Test
    void anAnswerToAnotherIsNotOurs() throws Exception {
        var read = parsed(answer().toWire());

        assertThat(read.answers(new Query(1, "www.example.org", RecordType.A, true))).isFalse();
        assertThat(read.answers(new Query(0xbeef, "ww.example.org", RecordType.A, true))).isFalse();
        assertThat(read.answers(new Query(0xbeef, "www.example.org", RecordType.AAAA, true)))
                .isFalse();
    }

    @Test
    void queriesAndUpdatesAreNoAnswers() throws Exception {
        for (int opcode : List.of(Opcode.UPDATE, Opcode.NOTIFY)) {
            var other = answer();
            var header = new Header(0xbeef);
            header.setFlag(Flags.QR);
            header.setOpcode(opcode);
            other.setHeader(header);
            byte[] bytes = other.toWire();

            assertThat(ReplyParser.parse(bytes, bytes.length)).isNull();
        }
    }
}
