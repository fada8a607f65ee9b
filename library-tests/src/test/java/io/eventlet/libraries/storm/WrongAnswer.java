// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.storm;

/// A library has given the answer to another question: never to be forgiven.
final class WrongAnswer extends AssertionError {
    private static final long serialVersionUID = 1;

    WrongAnswer(long question, long answer) {
        super("the answer to question %d was %d".formatted(question, answer));
    }
}
