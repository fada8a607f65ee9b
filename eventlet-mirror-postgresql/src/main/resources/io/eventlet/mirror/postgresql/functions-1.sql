-- What workers do with the tables of schema-1.sql, each call one transaction. Replaced whenever a
-- worker opens the crawl.
--
-- Locks are taken in one order, so that no two calls wait for each other: URLs first, in the order
-- of their digests, then hosts, in that of their names. A claim has the lock of a host before those
-- of URLs, and waits for none of these.

create or replace function moment() returns timestamptz
language sql volatile as 'select clock_timestamp()';

create or replace function count_urls(whose text, of_state text, change bigint) returns void
language sql as $$
    insert into tally as t (worker, state, urls) values (whose, of_state, change)
    on conflict (worker, state) do update set urls = t.urls + excluded.urls
$$;

-- Counts what goes from one state to another; the rows in the order of their keys.
create or replace function move(whose text, of_state text, to_state text, n bigint) returns void
language sql as $$
    select count_urls(whose, c.state, c.change)
    from (values (of_state, -n), (to_state, n)) c (state, change) order by c.state
$$;

-- Has a host looked at again not later than some time.
create or replace function wake(names text[], at timestamptz) returns void
language sql as $$
    insert into host as h (name, due) select distinct unnest(names), at order by 1
    on conflict (name) do update set due = least(h.due, excluded.due)
$$;

-- Adds what has not been seen; gives back how many that was.
create or replace function discover(
    whose text, digests bytea[], urls text[], hosts text[], depths integer[], froms text[],
    states text[], tries_before integer[], notes text[]
) returns integer
language plpgsql as $$
declare
    t timestamptz := moment();
    -- in the order in which they were found, whereas they are added in that of their digests
    ids bigint[] := array(
        select nextval('url_id_seq') from generate_series(1, cardinality(digests)) order by 1);
    fresh_hosts text[];
    fresh_states text[];
begin
    with added as (
        insert into url (id, digest, url, host, depth, found_at, state, tries, note, due, changed)
        overriding system value
        select ids[f.i], f.digest, f.u, f.h, f.d, f.origin, f.s, f.n, f.text, t, t
        from unnest(digests, urls, hosts, depths, froms, states, tries_before, notes)
            with ordinality as f (digest, u, h, d, origin, s, n, text, i)
        order by f.digest
        on conflict (digest) do nothing
        returning url.host, url.state)
    select array_agg(a.host), array_agg(a.state)
    into fresh_hosts, fresh_states from added a;
    perform count_urls(whose, s.state, s.n) from (
        select f.state, count(*) as n from unnest(fresh_states) f (state) group by 1 order by 1) s;
    perform wake(array(
        select f.host from unnest(fresh_hosts, fresh_states) f (host, state)
        where f.state = 'QUEUED'), t);
    return coalesce(cardinality(fresh_hosts), 0);
end $$;

-- Takes up to so many URLs, of hosts that are not named, with at most so many claims a host and a
-- pause between two of them.
create or replace function take(
    whose text, without text[], per_host integer, pause interval, lease interval, most integer
) returns setof url
language plpgsql as $$
declare
    t timestamptz := moment();
    h text;
    room integer;
    n integer;
    taken integer := 0;
begin
    for h in
        select name from host
        where due < 'infinity' and due <= t and blocked <= t and not name = any (without)
        order by turn, name for update skip locked
    loop
        select per_host - count(*) into room from url
        where host = h and claim is not null and due > t;
        room := least(room, most - taken, case when pause > interval '0' then 1 end);
        if room > 0 then
            return query
                update url set claim = (random() * 9e18)::bigint, worker = whose, due = t + lease
                where id in (
                    select u.id from url u
                    where u.host = h and u.state = 'QUEUED' and u.due <= t
                    order by u.depth, u.id limit room for update skip locked)
                returning url.*;
            get diagnostics n = row_count;
            taken := taken + n;
            update host set turn = nextval('turns'), due = case
                when n < room then coalesce(
                    (select min(u.due) from url u where u.host = h and u.state = 'QUEUED'),
                    'infinity')
                when pause > interval '0' then t + pause
                else host.due
            end where name = h;
        else
            update host set turn = nextval('turns') where name = h;
        end if;
        exit when taken >= most;
    end loop;
end $$;

create or replace function renew(the_claim bigint, lease interval) returns boolean
language plpgsql as $$
begin
    update url set due = moment() + lease where claim = the_claim;
    return found;
end $$;

create or replace function finish(whose text, the_claim bigint, the_end text, the_note text) returns boolean
language plpgsql as $$
begin
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
language plpgsql as $$
declare
    t timestamptz := moment() + wait;
    h text;
begin
    update url set due = t, claim = null, tries = tries + more_tries,
        note = coalesce(the_note, note), changed = moment()
    where claim = the_claim returning host into h;
    if not found then
        return false;
    end if;
    perform wake(array[h], t);
    return true;
end $$;

create or replace function block(h text, wait interval) returns void
language sql as $$
    insert into host as o (name, due, blocked) values (h, 'infinity', moment() + wait)
    on conflict (name) do update set blocked = greatest(o.blocked, excluded.blocked)
$$;

-- In how long something can be claimed, if nothing else happens; null if nothing is queued.
create or replace function next_due() returns interval
language sql as $$
    select min(greatest(due, blocked)) - moment() from host
    where due < 'infinity' -- which a host may still be whose last claim has ended
        and exists (select from url where state = 'QUEUED')
$$;

create or replace function requeue(whose text, the_state text) returns void
language plpgsql as $$
declare
    t timestamptz := moment();
    hosts text[];
    n bigint;
begin
    with again as (
        update url set state = 'QUEUED', tries = 0, due = t, claim = null, changed = t
        where state = the_state returning host)
    select array_agg(distinct host), count(*) into hosts, n from again;
    if n > 0 then
        perform move(whose, the_state, 'QUEUED', n);
        perform wake(hosts, t);
    end if;
end $$;

-- Joins the run, or begins one: the first, or another one if the last has ended and that is asked
-- for.
create or replace function begin_run(whose text, again boolean) returns text
language plpgsql as $$
declare
    c crawl;
begin
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
language sql as $$
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
            where u.host = h.name and u.claim is not null and u.due > now()) as claimed,
        case when h.blocked > now() then h.blocked end as blocked_until
    from host h where h.due < 'infinity';
