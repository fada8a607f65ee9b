// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.cli.CommandFailure;

import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;

class PasswordPromptTest {
    private final StringWriter prompts = new StringWriter();

    private PasswordPrompt promptFor(String input) {
        return new PasswordPrompt(null, new StringReader(input), new PrintWriter(prompts));
    }

    @Test
    void aLineOfInputIsThePassword() {
        var password = promptFor("p\u00e4:ss word\nmore\n").read("me");

        assertThat(password).isEqualTo("p\u00e4:ss word");
        assertThat(prompts.toString()).startsWith("Password of 'me': ");
    }

    @Test
    void noInputIsNoPassword() {
        assertThatThrownBy(() -> promptFor("").read("me"))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("--ask-password: standard input has no password");
    }
}
