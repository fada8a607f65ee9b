// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;

/// Whatever can be asked of a socket, a green one answers as one of the JDK does.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class SocketParityTest {
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.eventlet.net.SocketQuestions#repetitions")
    @Tag("stress")
    void answersAsTheJdkInOtherStatesToo(String name, SocketScene.Question question)
            throws Exception {
        answersAsTheJdk(name, question);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.eventlet.net.SocketQuestions#questions")
    void answersAsTheJdk(String name, SocketScene.Question question) throws Exception {
        assertThat(SocketScene.answer(question, true))
                .as(name)
                .isEqualTo(SocketScene.answer(question, false));
    }

    @Test
    void bufferSizesAreToldAsTheyWereSet() throws Exception {
        SocketScene.Question question =
                scene -> {
                    var socket = scene.socket();
                    socket.setReceiveBufferSize(20_000);
                    socket.setSendBufferSize(30_000);
                    return List.of(
                            socket.getReceiveBufferSize() / 10, socket.getSendBufferSize() / 10);
                };

        var answer = SocketScene.answer(question, true);

        assertThat(answer).isEqualTo(SocketScene.answer(question, false)).isNotEqualTo("PORT");
    }
}
