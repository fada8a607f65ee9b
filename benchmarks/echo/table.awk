# SPDX-License-Identifier: Apache-2.0
# The table that ./run prints for one number of connections and one size of a message.
# In: what echoload prints. -v servers='NAME ...': the order. -v ours=NAME: what is compared with each, if it is not empty.
BEGIN { FS = "\t" }

{
    kind = $1; connections = $2; bytes = $3
    if ($4 > rounds) rounds = $4
    cost[$5, $4] = $7 / $6 / 1000
    user[$5] += $8; ticks[$5] += $8 + $9
    rate[$5] = rate[$5] " " $6 * 1e6 / $10
    more[$5] = more[$5] (more[$5] == "" ? "" : ",") $11
}

END {
    printf "%-7s %11s %7s  %-14s %8s %7s %7s %9s", "kind", "connections", "bytes", "server", "cpu_us", "user", "system", "per_s"
    if (kind == "latency") printf " %8s %8s", "p50_us", "p99_us"
    if (kind == "idle") printf " %8s", "kB_idle"
    printf "  %6s %-13s %6s", "to_c", "  quartiles", "calm"
    printf ours == "" ? "\n" : "  %14s %-13s %6s\n", ours "/it", "  quartiles", "calm"
    count = split(servers, order, " ")
    for (i = 1; i <= count; i++) if (order[i] in rate) row(order[i])
}

function row(server,    round, costs, middle, share) {
    for (round = 1; round <= rounds; round++) if ((server, round) in cost) costs = costs " " cost[server, round]
    middle = quantile(costs, 0.5)
    share = ticks[server] ? user[server] / ticks[server] : 0
    printf "%-7s %11d %7d  %-14s %8.2f %7.2f %7.2f %9.0f", kind, connections, bytes, server, middle, middle * share,
        middle * (1 - share), quantile(rate[server], 0.5)
    if (kind == "latency") printf " %s", latencies(more[server])
    if (kind == "idle") printf " %8.1f", more[server] / 1000
    printf "  %s", compared(server, "c", 6)
    printf ours == "" || server == ours ? "\n" : "  %s\n", compared(ours, server, 14)
}

function latencies(list,    n, sorted) {
    gsub(/,/, " ", list)
    n = sort(list, sorted)
    return sprintf("%8.1f %8.1f", sorted[int(n / 2 + 0.5)] / 1000, sorted[int(n * 0.99 + 0.5)] / 1000)
}

# What one costs as a share of the other: median and quartiles of the ratios within a round; and over the calmest third of
# each one's slices, which are those that cost least.
function compared(one, other, width,    round, ratios, ones, others) {
    for (round = 1; round <= rounds; round++) {
        if (!((one, round) in cost) || !((other, round) in cost)) continue
        ratios = ratios " " cost[one, round] / cost[other, round]
        ones = ones " " cost[one, round]
        others = others " " cost[other, round]
    }
    if (ratios == "") return sprintf("%" width "s %-13s %6s", "-", "", "-")
    return sprintf("%" width ".2f %-13s %6.2f", quantile(ratios, 0.5),
        sprintf("%6.2f..%.2f", quantile(ratios, 0.25), quantile(ratios, 0.75)), calm(ones) / calm(others))
}

function quantile(list, share,    sorted, n, place, below) {
    n = sort(list, sorted)
    place = 1 + share * (n - 1)
    below = int(place)
    return below == n ? sorted[n] : sorted[below] + (place - below) * (sorted[below + 1] - sorted[below])
}

function calm(list,    sorted, n, third, i, sum) {
    n = sort(list, sorted)
    third = n < 3 ? 1 : int(n / 3)
    for (i = 1; i <= third; i++) sum += sorted[i]
    return sum / third
}

function sort(list, sorted,    n, i, j, value) {
    n = split(list, sorted, " ")
    for (i = 2; i <= n; i++) {
        value = sorted[i] + 0
        for (j = i; j > 1 && sorted[j - 1] + 0 > value; j--) sorted[j] = sorted[j - 1]
        sorted[j] = value
    }
    return n
}
