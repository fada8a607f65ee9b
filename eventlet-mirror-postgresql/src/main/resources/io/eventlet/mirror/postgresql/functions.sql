-- What workers do with the tables of schema-1.sql and those after it, each call one transaction.
-- Replaced with each version of the tables: what changes here needs a new one.
--
-- What workers call finds the tables by a path of its own, and says itself that its commit need not
-- wait: behind a pooler a session is somebody else's after each transaction.
--
-- Locks are taken in one order, so that no two calls wait for each other: URLs first, in the order
-- of their digests, then hosts, in that of their names. A claim has the lock of a host before those
-- of URLs, and waits for none of these. What is counted is locked worker by worker, and by
-- a claim not at all.

create or replace function moment() returns timestamptz
language sql volatile as 'select clock_timestamp()';

-- What is lost when the database crashes is done again: it need not wait for its disk. Until the end
-- of the transaction.
create or replace function without_waiting() returns void
language sql as $$ select set_config('synchronous_commit', 'off', true) $$;

-- In one of sixteen rows, by time: whoever counts reads past what a row was before, where an old
-- snapshot keeps it.
create or replace function count_urls(whose text, of_state text, change bigint) returns void
language sql as $$
    insert into tally as t (worker, state, slot, urls)
    values (whose, of_state, extract(epoch from moment())::bigint / 10 % 16, change)
    on conflict (worker, state, slot) do update set urls = t.urls + excluded.urls
$$;

-- Counts what goes from one state to another; the rows in the order of their keys.
create or replace function move(whose text, of_state text, to_state text, n bigint) returns void
language sql as $$
    select count_urls(whose, c.state, c.change)
    from (values (of_state, -n), (to_state, n)) c (state, change) order by c.state
$$;

-- Has hosts looked at again not later than some time, and from some URLs on: each the host, the
-- depth and the number of one.
create or replace function wake(
    names text[], depths integer[], ids bigint[], at timestamptz
) returns void
language sql as $$
    insert into host as h (name, due, first_depth, first_id)
    select distinct on (f.name) f.name, at, f.depth, f.id
    from unnest(names, depths, ids) f (name, depth, id) order by f.name, f.depth, f.id
    on conflict (name) do update set
        due = least(h.due, excluded.due),
        (first_depth, first_id) = (
            select f.depth, f.id
            from (values (h.first_depth, h.first_id),
                (excluded.first_depth, excluded.first_id)) f (depth, id)
            order by 1, 2 limit 1)
$$;

-- Adds what has not been seen; gives back which that was, each by its number among those given.
create or replace function discover(
    whose text, digests bytea[], urls text[], hosts text[], depths integer[], froms text[],
    states text[], tries_before integer[], notes text[]
) returns integer[]
language plpgsql set search_path from current as $$
declare
    t timestamptz := moment();
    -- in the order in which they were found, whereas they are added in that of their digests
    ids bigint[] := array(
        select nextval('url_id_seq') from generate_series(1, cardinality(digests)) order by 1);
    fresh_ids bigint[];
    fresh_hosts text[];
    fresh_depths integer[];
    fresh_states text[];
    fresh_digests bytea[];
begin
    perform without_waiting();
    with added as (
        insert into url
            (id, digest, url, host, depth, found_at, state, tries, note, due, worker, changed)
        overriding system value
        select ids[f.i], f.digest, f.u, f.h, f.d, f.origin, f.s, f.n, f.text, t,
            case when f.s <> 'QUEUED' then whose end, t
        from unnest(digests, urls, hosts, depths, froms, states, tries_before, notes)
            with ordinality as f (digest, u, h, d, origin, s, n, text, i)
        order by f.digest
        on conflict (digest) do nothing
        returning url.id, url.host, url.depth, url.state, url.digest)
    select array_agg(a.id), array_agg(a.host), array_agg(a.depth), array_agg(a.state),
        array_agg(a.digest)
    into fresh_ids, fresh_hosts, fresh_depths, fresh_states, fresh_digests from added a;
    perform count_urls(whose, s.state, s.n) from (
        select f.state, count(*) as n from unnest(fresh_states) f (state) group by 1 order by 1) s;
    perform wake(array_agg(f.host), array_agg(f.depth), array_agg(f.id), t)
    from unnest(fresh_hosts, fresh_depths, fresh_ids, fresh_states) f (host, depth, id, state)
    where f.state = 'QUEUED';
    return array(
        select min(f.i)::integer from unnest(digests) with ordinality f (digest, i)
        join unnest(fresh_digests) g (digest) on g.digest = f.digest group by f.digest order by 1);
end $$;

-- Takes up to so many URLs, of hosts that are not named, with at most so many claims a host and a
-- pause between two of them. The host that has been ready for longest is next, and goes to the end.
--
-- One host is asked for at a time: a loop over a query would lock ten of them ahead. What is done
-- lies in the indexes until it is vacuumed, and so each of these has a place to begin at: the next
-- host comes after the last one, the claims of a host are looked up by their numbers, and its queue
-- is read from the first URL that is in it. While the host is locked nobody else changes these, and
-- who adds before the first waits for it.
--
-- Many hosts may have nothing left when it is their turn. So many are looked at, each of which goes
-- to the end, and the next call goes on behind them: all are not kept locked for minutes.
create or replace function take(
    whose text, without text[], per_host integer, pause interval, lease interval, most integer
) returns setof url
language plpgsql set search_path from current as $$
declare
    t timestamptz := moment();
    h host;
    u url;
    known bigint[];
    room integer;
    n integer;
    next_due timestamptz;
    taken integer := 0;
    last_ready timestamptz := '-infinity';
    last_turn bigint := 0;
    last_name text := '';
begin
    perform without_waiting();
    for look in 1..1000 loop
        exit when taken >= most;
        select * into h from host
        where ready <= t and ready < 'infinity' and not name = any (without)
            and (ready, turn, name) > (last_ready, last_turn, last_name)
        order by ready, turn, name limit 1 for update skip locked;
        exit when not found;
        last_ready := h.ready;
        last_turn := h.turn;
        last_name := h.name;
        t := moment(); -- it may have waited for the tables
        -- with those whose leases have ended: who renews one has perhaps only not committed
        select coalesce(array_agg(c.claim), '{}'), per_host - count(*) filter (where c.due > t)
        into known, room from url c
        where c.claim = any (h.claims) and c.claim is not null;
        room := greatest(0, least(
            room, most - taken, case when pause > interval '0' then 1 end));
        n := 0;
        for u in
            update url set claim = (random() * 9e18)::bigint, worker = whose, due = t + lease
            where id in (
                select q.id from url q
                where q.host = h.name and q.state = 'QUEUED' and q.due <= t
                    and (q.depth, q.id) >= (h.first_depth, h.first_id)
                order by q.depth, q.id limit room for update skip locked)
            returning url.*
        loop
            known := known || u.claim;
            n := n + 1;
            return next u;
        end loop;
        taken := taken + n;
        select q.depth, q.id into h.first_depth, h.first_id from url q
        where q.host = h.name and q.state = 'QUEUED'
            and (q.depth, q.id) >= (h.first_depth, h.first_id)
        order by q.depth, q.id limit 1;
        next_due := t;
        if h.first_id is null then
            h.first_depth := 2147483647; -- until something is added
            h.first_id := 9223372036854775807;
            next_due := 'infinity';
        elsif n < room then
            select min(q.due) into next_due from url q
            where q.host = h.name and q.state = 'QUEUED'
                and (q.depth, q.id) >= (h.first_depth, h.first_id);
        end if;
        if next_due <= t then
            without := without || h.name;
        end if;
        update host set
            turn = nextval('turns'),
            due = coalesce(next_due, 'infinity'),
            paused = case when n > 0 and pause > interval '0' then t + pause else host.paused end,
            claims = known,
            first_depth = h.first_depth,
            first_id = h.first_id
        where name = h.name;
    end loop;
end $$;

-- Renews what is still leased: what has ended is lost, whether or not somebody else has it. Looks
-- when it has the row, for which it may have waited.
create or replace function renew(the_claim bigint, lease interval) returns boolean
language plpgsql set search_path from current as $$
begin
    perform without_waiting();
    update url set due = moment() + lease where claim = the_claim and due > moment();
    return found;
end $$;

create or replace function renew(claims bigint[], lease interval) returns setof bigint
language plpgsql set search_path from current as $$
begin
    perform without_waiting();
    return query
        update url set due = moment() + lease
        where claim = any (claims) and due > moment() returning claim;
end $$;

create or replace function finish(whose text, the_claim bigint, the_end text, the_note text) returns boolean
language plpgsql set search_path from current as $$
begin
    perform without_waiting();
    update url set state = the_end, note = the_note, claim = null, changed = moment()
    where claim = the_claim;
    if not found then
        return false;
    end if;
    perform move(whose, 'QUEUED', the_end, 1);
    return true;
end $$;

-- Puts a URL back into the queue, to be claimed from then on.
create or replace function put_back(
    the_claim bigint, wait interval, more_tries integer, the_note text
) returns boolean
language plpgsql set search_path from current as $$
declare
    t timestamptz := moment() + wait;
    u url;
begin
    perform without_waiting();
    update url set due = t, claim = null, tries = tries + more_tries,
        note = coalesce(the_note, note), changed = moment()
    where claim = the_claim returning * into u;
    if not found then
        return false;
    end if;
    perform wake(array[u.host], array[u.depth], array[u.id], t);
    return true;
end $$;

-- Those of some hosts that are to be left alone now.
create or replace function blocked(names text[]) returns setof text
language plpgsql set search_path from current as $$
declare
    t timestamptz := moment();
begin
    return query select name from host where name = any (names) and host.blocked > t;
end $$;

create or replace function block(h text, wait interval) returns void
language sql set search_path from current as $$
    select without_waiting();
    insert into host as o (name, due, blocked) values (h, 'infinity', moment() + wait)
    on conflict (name) do update set blocked = greatest(o.blocked, excluded.blocked)
$$;

-- In how long something can be claimed, if nothing else happens; null if nothing is queued.
create or replace function next_due() returns interval
language sql set search_path from current as $$
    select min(ready) - moment() from host
    where ready < 'infinity' -- which a host may still be whose last claim has ended
        and (select sum(urls) from tally where state = 'QUEUED') <> 0
$$;

-- What a worker has done is counted back from what is its own.
create or replace function requeue(whose text, the_state text) returns void
language plpgsql set search_path from current as $$
declare
    t timestamptz := moment();
    hosts text[];
    workers text[];
    counts bigint[];
begin
    perform without_waiting();
    with again as (
        update url set state = 'QUEUED', tries = 0, due = t, claim = null, changed = t
        where state = the_state returning host, coalesce(worker, whose) as worker),
    by_worker as (select a.worker, count(*) as n from again a group by a.worker)
    select (select array_agg(distinct a.host) from again a),
        array_agg(w.worker order by w.worker), array_agg(w.n order by w.worker)
    into hosts, workers, counts from by_worker w;
    if hosts is not null then
        perform move(w.worker, the_state, 'QUEUED', w.n)
        from unnest(workers, counts) as w (worker, n);
        perform wake(
            hosts, array_fill(0, array[cardinality(hosts)]),
            array_fill(0::bigint, array[cardinality(hosts)]), t);
    end if;
end $$;

-- Has one URL looked at again, if it is still as the caller has seen it; of what is queued only the
-- note changes.
create or replace function requeue_one(
    whose text, the_digest bytea, the_state text, seen text, new_note text
) returns boolean
language plpgsql set search_path from current as $$
declare
    t timestamptz := moment();
    u url;
begin
    perform without_waiting();
    update url set state = 'QUEUED', note = new_note, changed = t,
        tries = case when state = 'QUEUED' then tries else 0 end,
        due = case when state = 'QUEUED' then due else t end,
        claim = case when state = 'QUEUED' then claim end
    where digest = the_digest and state = the_state and note = seen
    returning * into u;
    if not found then
        return false;
    end if;
    if the_state <> 'QUEUED' then
        perform move(whose, the_state, 'QUEUED', 1);
        perform wake(array[u.host], array[u.depth], array[u.id], t);
    end if;
    return true;
end $$;

-- Has a worker hold its name until then; gives back who holds it, if that is another one.
create or replace function take_name(
    whose text, who bigint, its_place text, lease interval
) returns setof worker
language plpgsql set search_path from current as $$
declare
    t timestamptz := moment();
begin
    perform without_waiting();
    insert into worker as w (name, incarnation, place, since, until, renewals)
    values (whose, who, its_place, t, t + lease, 0)
    on conflict (name) do update set
        incarnation = excluded.incarnation, place = excluded.place, since = excluded.since,
        until = excluded.until, renewals = w.renewals + 1
    where w.incarnation = who or w.until <= t;
    if not found then
        return query select * from worker where name = whose;
    end if;
end $$;

-- False if another has taken it. A row that a crash of the database has lost is made again.
create or replace function keep_name(
    whose text, who bigint, its_place text, lease interval
) returns boolean
language plpgsql set search_path from current as $$
declare
    t timestamptz := moment();
begin
    perform without_waiting();
    insert into worker as w (name, incarnation, place, since, until, renewals)
    values (whose, who, its_place, t, t + lease, 0)
    on conflict (name) do update set until = excluded.until, renewals = w.renewals + 1
    where w.incarnation = who;
    return found;
end $$;

create or replace function leave_name(whose text, who bigint) returns void
language sql set search_path from current as $$
    select without_waiting();
    update worker set until = moment() where name = whose and incarnation = who
$$;

-- Joins the run, or begins one: the first, or another one if the last has ended and that is asked
-- for.
create or replace function begin_run(whose text, again boolean) returns text
language plpgsql set search_path from current as $$
declare
    c crawl;
begin
    perform without_waiting();
    select * into c from crawl for update;
    if c.ended is null then
        return case when exists (select from url) then 'GOES_ON' else 'NEW' end;
    end if;
    if not again then
        return 'ENDED';
    end if;
    update crawl set run = run + 1, begun = moment(), ended = null;
    perform requeue(whose, s) from unnest(array['DONE', 'FAILED', 'SKIPPED']) s;
    return 'NEW';
end $$;

create or replace function end_run() returns void
language sql set search_path from current as $$
    select without_waiting();
    update crawl set ended = moment()
    where ended is null
        and exists (select from url) and not exists (select from url where state = 'QUEUED')
$$;

-- For operators, and for the command's --status.

create or replace view progress as
    select state, sum(urls)::bigint as urls from tally group by state having sum(urls) <> 0;

create or replace view workers as
    select
        t.worker,
        sum(t.urls) filter (where t.state = 'DONE') as done,
        sum(t.urls) filter (where t.state = 'FAILED') as failed,
        (select count(*) from url u
            where u.claim is not null and u.due > now() and u.worker = t.worker) as claimed,
        (select max(u.due) from url u
            where u.claim is not null and u.worker = t.worker) as leased_until
    from tally t group by t.worker;

create or replace view hosts as
    select
        h.name,
        (select count(*) from url u where u.host = h.name and u.state = 'QUEUED') as queued,
        (select count(*) from url u
            where u.claim = any (h.claims) and u.claim is not null and u.due > now()) as claimed,
        case when h.blocked > now() then h.blocked end as blocked_until
    from host h
    where h.due < 'infinity' -- which a host may still be whose last claim has ended
        and exists (select from url u where u.host = h.name and u.state = 'QUEUED');
