// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.storm;

/// A library in use, as somebody who asks questions sees it.
@FunctionalInterface
public interface Library {
    /// Asks a question, for which the server is to take so long: the answer is the question.
    /// Servers of ours have it wait for others, too, as `HeldAnswers` say.
    long ask(long question, long millis) throws Exception;
}
