// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.listing;

import io.eventlet.http.client.HttpUrl;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The entries of a listing, each once, in the order of the page. Each has the whole URL of its
/// directory in it: where that is long, a small page means a lot of memory. So there is a bound for
/// all of them, and for each; whoever asks for a listing that is beyond one is told so.
final class EntrySet {
    private static final int LONGEST = 8192; // characters; usual servers take no longer line
    private static final long ALWAYS = 1 << 20; // characters, of all together
    private static final int TIMES_PAGE = 8;
    private static final int SHARE = 4; // of the heap

    private final Set<HttpUrl> urls = new LinkedHashSet<>();
    private final long most;
    private long characters;
    private @Nullable String refusal; // why some are left out

    /// @param page how many bytes the page has
    EntrySet(int page) {
        long heap = Runtime.getRuntime().maxMemory() / SHARE;
        most = Math.min(Math.max(ALWAYS, (long) TIMES_PAGE * page), heap);
    }

    /// Whether a name or a reference is longer than any URL may be: it is refused then, and need
    /// not be made a URL.
    boolean isTooLong(String reference) {
        if (reference.length() <= LONGEST) {
            return false;
        }
        refusal = "a URL of more than %d characters".formatted(LONGEST);
        return true;
    }

    /// Whether it is new.
    boolean add(HttpUrl url) {
        if (isTooLong(url.target()) || urls.contains(url)) {
            return false;
        }
        characters += url.target().length();
        if (characters > most) {
            refusal = "URLs of more than %d characters in all".formatted(most);
            return false;
        }
        return urls.add(url);
    }

    int size() {
        return urls.size();
    }

    boolean isEmpty() {
        return urls.isEmpty();
    }

    /// All of them. Throws a [ListingTooLarge] if there were more.
    List<HttpUrl> all() {
        if (refusal != null) {
            throw new ListingTooLarge(refusal);
        }
        return List.copyOf(urls);
    }
}
