// SPDX-License-Identifier: Apache-2.0
package io.eventlet.member;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/// Members that have the permit of another one, and by which loan, if that is known. Guarded by the
/// lock of the permits.
final class Borrowers {
    private final Map<Member, @Nullable Loan> loans = new HashMap<>();

    void add(Member borrower, @Nullable Loan loan) {
        loans.put(borrower, loan);
        if (loan != null) {
            loan.borrower = borrower;
        }
    }

    /// Takes one out, whose permit is the lender's again or its own: false if it is none.
    boolean remove(Member member) {
        if (loans.isEmpty() || !loans.containsKey(member)) {
            return false;
        }
        var loan = loans.remove(member);
        if (loan != null) {
            loan.borrower = null;
            loan.tellLender();
        }
        return true;
    }
}
