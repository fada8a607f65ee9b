// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.storm;

import io.eventlet.ThrowingSupplier;
import io.eventlet.Timeout;
import io.eventlet.TimeoutExpired;

import java.time.Duration;
import java.util.Random;

/// One question to a library, under a limit of a kind that is drawn.
final class Question {
    /// What came of a question that did not fail.
    enum End {
        ANSWERED,
        TIMED_OUT
    }

    private static final int LIMITED_OF_TEN = 6;
    private static final long FALLBACK = -1;

    private final long number;
    private final ThrowingSupplier<Long, Exception> ask;

    Question(long number, ThrowingSupplier<Long, Exception> ask) {
        this.number = number;
        this.ask = ask;
    }

    /// Asks it without a limit.
    End ask() throws Exception {
        return checked(ask.get());
    }

    /// Asks it, perhaps under a limit; whoever set that has to hear of it in the way that was
    /// promised. What is thrown has nothing to do with a limit.
    End ask(Random random, Duration limit) throws Exception {
        if (random.nextInt(10) >= LIMITED_OF_TEN) {
            return ask();
        }
        return switch (random.nextInt(4)) {
            case 0 -> call(limit);
            case 1 -> callWithFallback(limit);
            case 2 -> silent(limit);
            default -> block(limit);
        };
    }

    private End call(Duration limit) throws Exception {
        long answer;
        try {
            answer = Timeout.call(limit, ask);
        } catch (TimeoutExpired e) {
            return End.TIMED_OUT;
        }
        return checked(answer);
    }

    private End callWithFallback(Duration limit) throws Exception {
        long answer = Timeout.call(limit, ask, FALLBACK);
        return answer == FALLBACK ? End.TIMED_OUT : checked(answer);
    }

    private End silent(Duration limit) throws Exception {
        boolean inTime = Timeout.silent(limit, () -> checked(ask.get()));
        return inTime ? End.ANSWERED : End.TIMED_OUT;
    }

    /// A block has no result that could tell: it asks the timeout whether it was that.
    private End block(Duration limit) throws Exception {
        long answer;
        var timeout = Timeout.after(limit);
        try (timeout) {
            answer = ask.get();
        } catch (TimeoutExpired e) {
            if (e.timeout() != timeout) {
                throw new AssertionError("a timeout of somebody else", e);
            }
            return End.TIMED_OUT;
        } catch (Exception e) {
            if (timeout.isExpired()) {
                return End.TIMED_OUT;
            }
            throw e;
        }
        return checked(answer);
    }

    private End checked(long answer) {
        if (answer != number) {
            throw new WrongAnswer(number, answer);
        }
        return End.ANSWERED;
    }
}
