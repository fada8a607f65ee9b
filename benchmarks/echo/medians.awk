# SPDX-License-Identifier: Apache-2.0
# The table at the end of ./run: one line per number of connections and server, each figure the median of the rounds.
# In: round, connections, server, cpu_us, user, system, per_s, p50_us, p99_us, ratio to c (tabs between).
BEGIN { FS = "\t" }

{
    row = $2 FS $3
    if (!(row in seen)) { seen[row] = 1; order[++rows] = row }
    for (i = 4; i <= 10; i++) values[row, i] = values[row, i] " " $i
    cost[$1, $2, $3] = $4
    round_of[NR] = $1; connections_of[NR] = $2; server_of[NR] = $3
}

END {
    for (i = 1; i <= NR; i++) {
        if (server_of[i] == "ours" || !((round_of[i], connections_of[i], "ours") in cost)) continue
        row = connections_of[i] FS server_of[i]
        ratio = cost[round_of[i], connections_of[i], "ours"] / cost[round_of[i], connections_of[i], server_of[i]]
        values[row, "ours"] = values[row, "ours"] " " ratio
    }
    heading = "%11s  %-10s %8s %8s %8s %9s %8s %8s %7s %8s\n"
    printf heading, "connections", "server", "cpu_us", "user", "system", "per_s", "p50_us", "p99_us", "to_c", "ours/it"
    for (i = 1; i <= rows; i++) {
        row = order[i]
        split(row, name, FS)
        printf "%11s  %-10s %8.2f %8.2f %8.2f %9.0f %8.0f %8.0f %7.2f %8s\n", name[1], name[2],
            median(row, 4), median(row, 5), median(row, 6), median(row, 7), median(row, 8), median(row, 9), median(row, 10),
            ((row, "ours") in values) ? sprintf("%.2f", median(row, "ours")) : "-"
    }
}

function median(row, column,    n, i, j, t, sorted) {
    n = split(values[row, column], sorted, " ")
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && sorted[j] + 0 < sorted[j - 1] + 0; j--) {
            t = sorted[j]; sorted[j] = sorted[j - 1]; sorted[j - 1] = t
        }
    return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}
