// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import java.util.HashMap;
import java.util.Map;

/// What users of wget, and of some others, do here in place of options that this command does not
/// have.
final class WgetOptions {
    private static final String LEAVE_OUT = ": leave it out";
    static final Map<String, String> ADVICE = new HashMap<>();

    static {
        add("what listings show is always followed" + LEAVE_OUT, "-r", "--recursive");
        add("that is what this command does" + LEAVE_OUT, "-m", "--mirror");
        add("another run fetches what has changed" + LEAVE_OUT, "-N", "--timestamping");
        add("what has not changed is not fetched again" + LEAVE_OUT, "-nc", "--no-clobber");
        add("what is unfinished is always gone on with" + LEAVE_OUT, "--continue");
        add("directories are always made" + LEAVE_OUT, "-x", "--force-directories");
        add("-nH and --cut-dirs N leave out directories", "-nd", "--no-directories");
        add("the directory of the copy is the last argument", "-P", "--directory-prefix");
        add("files have the names of their URLs", "-O", "--output-document");
        add("files have the names of their URLs" + LEAVE_OUT, "--content-disposition");
        add("have the shell do it, by 2>FILE", "-o", "--output-file", "-a", "--append-output");
        add("have the shell do it, by 'nohup … &'", "-b", "--background");
        add("-v has a line for each URL, and this one less" + LEAVE_OUT, "-nv", "--no-verbose");
        add("--retries N counts the tries after the first", "-t", "--tries");
        add("use --retry-wait TIME", "--waitretry");
        add("for robots=off, use --robots off", "-e", "--execute");
        add("-k keeps what the server has sent" + LEAVE_OUT, "-K", "--backup-converted");
        add("--warc NAME keeps what is asked and answered", "-S", "--server-response");
        add("use -i FILE", "--input-file");
        add("use --user NAME", "--http-user");
        add("use --password=PASSWORD, or --ask-password", "--http-password", "--http-passwd");
        add("name the proxy by http_proxy in the environment", "--proxy");
        add("unset http_proxy, or name hosts by no_proxy", "--no-proxy");
        add("write http_proxy=http://NAME:PASSWORD@HOST:PORT", "--proxy-user", "--proxy-password");
        add("use --sitemaps", "--follow-sitemaps");
        add("use --header 'Referer: URL'", "--referer");
        add("use --timeout TIME", "--connect-timeout", "--read-timeout", "--dns-timeout");
        add("files are what the server has" + LEAVE_OUT, "--compression");
        add("names are safe for this system" + LEAVE_OUT, "--restrict-file-names");
        add("use --header 'Cache-Control: no-cache'", "--no-cache");
        add("begin an expression with (?i), as --accept-regex '(?i)[.]iso$'", "--ignore-case");
        add("use --reject-regex '^https?://HOST[/:]'", "--exclude-domains");
        add("use --concurrency N", "--max-threads", "--transfers", "--parallel");
        add("use --limit-rate SIZE", "--bwlimit");
        add("use --level N", "--max-depth");
        add("--list-gone names what --delete would delete", "--dry-run");
    }

    private WgetOptions() {}

    private static void add(String advice, String... names) {
        for (var name : names) {
            ADVICE.put(name, advice);
        }
    }

    /// The advice on an option, which may have its value behind it, as in `-t3`, or be several, as
    /// in `-mk`; empty if there is none.
    static String advice(String option) {
        var advice = ADVICE.getOrDefault(option, "");
        boolean isShort = option.startsWith("-") && !option.startsWith("--");
        return advice.isEmpty() && isShort && option.length() > 2
                ? firstAdvice(option.substring(0, 2))
                : advice;
    }

    private static String firstAdvice(String first) {
        var advice = ADVICE.getOrDefault(first, "");
        return advice.isEmpty() ? "" : first + ": " + advice;
    }
}
