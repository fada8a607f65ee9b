// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.display;

import java.io.PrintWriter;
import java.util.List;
import java.util.function.Supplier;

/// A board without a status: for pipes, files, logs and those who asked for quiet.
final class PlainBoard implements Board {
    private final PrintWriter out;
    private final PrintWriter err;

    PlainBoard(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public void line(String text) {
        out.println(text);
    }

    @Override
    public void note(String text) {
        err.println(text);
    }

    @Override
    public void status(Supplier<List<String>> status) {}

    @Override
    public boolean isBroken() {
        return out.checkError();
    }

    @Override
    public void close() {
        out.flush();
    }
}
