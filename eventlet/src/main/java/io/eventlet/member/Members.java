// SPDX-License-Identifier: Apache-2.0
package io.eventlet.member;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// The members of a pool that have begun, or are about to. Guarded by the lock of the permits.
final class Members {
    private @Nullable Member first; // of a list whose links are in the members

    void add(Member member) {
        member.nextMember = first;
        if (first != null) {
            first.previousMember = member;
        }
        first = member;
    }

    /// False if it was not among them.
    boolean remove(Member member) {
        if (member.previousMember != null) {
            member.previousMember.nextMember = member.nextMember;
        } else if (first == member) {
            first = member.nextMember;
        } else {
            return false;
        }
        if (member.nextMember != null) {
            member.nextMember.previousMember = member.previousMember;
        }
        member.previousMember = null;
        member.nextMember = null;
        return true;
    }

    /// The latest first.
    List<Member> toList() {
        var list = new ArrayList<Member>();
        for (var member = first; member != null; member = member.nextMember) {
            list.add(member);
        }
        return list;
    }
}
