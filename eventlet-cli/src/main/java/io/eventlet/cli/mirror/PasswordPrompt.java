// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.process.FileTrouble;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.Charset;

/// Asks for a password: on the terminal, which does not show it, or where standard input or output
/// is none, by a line of standard input.
final class PasswordPrompt {
    private final @Nullable Console console;
    private final Reader input;
    private final PrintWriter prompts;

    PasswordPrompt(@Nullable Console console, Reader input, PrintWriter prompts) {
        this.console = console;
        this.input = input;
        this.prompts = prompts;
    }

    static PasswordPrompt ofProcess(PrintWriter prompts) {
        var charset = Charset.forName(System.getProperty("stdin.encoding", "UTF-8"));
        return new PasswordPrompt(
                System.console(), new InputStreamReader(System.in, charset), prompts);
    }

    String read(String user) {
        var prompt = "Password of '%s': ".formatted(TextEvents.shown(user));
        var answer = console == null ? line(prompt) : hidden(console, prompt);
        if (answer == null) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION, "--ask-password: standard input has no password");
        }
        return answer;
    }

    private static @Nullable String hidden(Console console, String prompt) {
        var typed = console.readPassword("%s", prompt);
        return typed == null ? null : new String(typed);
    }

    private @Nullable String line(String prompt) {
        prompts.print(prompt);
        prompts.flush();
        try {
            return new BufferedReader(input).readLine();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION, "--ask-password: " + FileTrouble.reason(e), e);
        } finally {
            prompts.println();
        }
    }
}
