// SPDX-License-Identifier: Apache-2.0
package legacy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/// A program of old that starts processes, and reads what they write while it does something else.
public final class ProcessProgram {
    private ProcessProgram() {}

    @SuppressWarnings("deprecation") // as programs of old do
    public static void main(String[] arguments) throws Exception {
        System.out.println("builder: " + line(new ProcessBuilder("echo", "hello").start()));
        System.out.println("exec: " + line(Runtime.getRuntime().exec("echo hello")));
        var cat = new ProcessBuilder("cat").start();
        var meanwhile = new AtomicBoolean();
        var other =
                new Thread(() -> {
                    meanwhile.set(true);
                    try {
                        cat.getOutputStream().close();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
        other.start();
        line(cat);
        System.out.println("meanwhile: " + meanwhile);
        System.out.println(
                "exit code: " + new ProcessBuilder("sh", "-c", "exit 3").start().waitFor());
    }

    private static String line(Process process) throws IOException {
        try (var in =
                new BufferedReader(
                        new InputStreamReader(
                                process.getInputStream(), StandardCharsets.US_ASCII))) {
            return String.valueOf(in.readLine());
        }
    }
}
