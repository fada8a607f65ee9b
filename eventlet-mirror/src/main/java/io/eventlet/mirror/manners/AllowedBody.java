// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.manners;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.IntConsumer;

/// A body of which as much is read as some allowances give; tells how much that was.
public final class AllowedBody extends InputStream {
    private final InputStream body;
    private final List<Allowance> allowances;
    private final IntConsumer read;

    /// @param allowances asked in turn; those that make others wait last
    public AllowedBody(InputStream body, List<Allowance> allowances, IntConsumer read) {
        this.body = body;
        this.allowances = allowances;
        this.read = read;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int allowed = take(target, offset, length);
        if (allowed == 0) {
            return -1;
        }
        int n = -1;
        try {
            n = body.read(target, offset, allowed);
        } finally {
            giveBack(allowances.size(), allowed - Math.max(0, n));
        }
        if (n > 0) {
            read.accept(n);
        }
        return n;
    }

    /// What all allow; 0 if the body is over just where the allowance is.
    private int take(byte[] target, int offset, int length) throws IOException {
        int allowed = length;
        for (int i = 0; i < allowances.size(); i++) {
            int taken;
            try {
                taken = allowances.get(i).take(allowed);
            } catch (BudgetSpent e) {
                giveBack(i, allowed);
                if (body.read(target, offset, 1) < 0) {
                    return 0;
                }
                throw e;
            } catch (IOException | RuntimeException | Error e) { // as by a kill
                giveBack(i, allowed);
                throw e;
            }
            giveBack(i, allowed - taken);
            allowed = taken;
        }
        return allowed;
    }

    private void giveBack(int to, int bytes) {
        for (int i = 0; i < to && bytes > 0; i++) {
            allowances.get(i).giveBack(bytes);
        }
    }

    /// Nothing if a read may wait for leave, or be refused.
    @Override
    public int available() throws IOException {
        return allowances.isEmpty() ? body.available() : 0;
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
