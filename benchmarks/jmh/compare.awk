# SPDX-License-Identifier: Apache-2.0
# In: JMH's CSV with CpuPerOperation. Out: for each case (class and parameters) every contender, and what "eventlet" costs
# as a share of it, in elapsed and in CPU time: 0.50 means half, that is twice the operations a second.
BEGIN { FS = "," }

{
    gsub(/"/, "")
    sub(/\r$/, "")
}

NR == 1 {
    for (i = 8; i <= NF; i++) { parameter[i] = $i; sub(/^Param: /, "", parameter[i]) }
    next
}

{
    name = $1
    sub(/^.*benchmarks\./, "", name)
    isCpu = sub(/:cpu$/, "", name)
    if (name ~ /:/) next
    contender = name
    sub(/^.*\./, "", contender)
    test = substr(name, 1, length(name) - length(contender) - 1)
    for (i = 8; i <= NF; i++) if ($i != "") test = test " " parameter[i] "=" $i
    if (!(test in tests)) { tests[test] = 1; order[++count] = test }
    if (isCpu) cpu[test, contender] = $5
    else {
        elapsed[test, contender] = $5
        error[test, contender] = $6
        contenders[test] = contenders[test] " " contender
    }
}

END {
    printf "%-26s %10s %9s %10s %12s %11s %9s\n", "case", "ns/op", "+-", "cpu ns/op", "ops/s", "ours/it", "in cpu"
    for (i = 1; i <= count; i++) {
        test = order[i]
        print test
        n = split(contenders[test], list, " ")
        for (j = 1; j <= n; j++) {
            c = list[j]
            printf "  %-24s %10.1f %9s %10.1f %12.0f %11s %9s\n", c, elapsed[test, c],
                (error[test, c] + 0 > 0 ? sprintf("%.1f", error[test, c]) : "-"), cpu[test, c], 1e9 / elapsed[test, c],
                share(elapsed, test, c), share(cpu, test, c)
        }
    }
}

function share(cost, test, c) {
    if (c == "eventlet" || !((test, "eventlet") in cost) || cost[test, c] + 0 == 0) return "-"
    return sprintf("%.2f", cost[test, "eventlet"] / cost[test, c])
}
