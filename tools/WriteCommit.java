// SPDX-License-Identifier: Apache-2.0

import java.nio.file.Files;
import java.nio.file.Path;

/// Writes the commit of a checkout, in short, into a file; nothing where there is no Git or no
/// checkout. A file that says so already is left as it is, so that nothing is packaged again.
///
/// Arguments: a directory of the checkout, the file.
final class WriteCommit {
    private WriteCommit() {}

    public static void main(String[] args) throws Exception {
        var file = Path.of(args[1]);
        String commit = commit(args[0]);
        if (!Files.exists(file) || !Files.readString(file).equals(commit)) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, commit);
        }
    }

    private static String commit(String directory) throws InterruptedException {
        try {
            var git =
                    new ProcessBuilder("git", "-C", directory, "rev-parse", "--short", "HEAD")
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String answer = git.inputReader().readAllAsString().strip();
            return git.waitFor() == 0 ? answer : "";
        } catch (java.io.IOException e) {
            return ""; // there is no Git
        }
    }
}
