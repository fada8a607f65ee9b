-- What a mirror of many workers has to do and has done. Version 1.
-- Made once, in a schema of its own, by the first worker; docs/scaling.md explains it.

create table crawl (
    version integer not null, -- of these tables
    run bigint not null, -- how often it was begun
    begun timestamptz not null,
    ended timestamptz -- null while something is left to do
);

create table host (
    name text primary key, -- such as http://example.org:8080
    due timestamptz not null, -- nothing can be claimed before; infinity while nothing is queued
    blocked timestamptz not null default '-infinity', -- left alone until then
    turn bigint not null default 0 -- hosts take turns: the lowest is next
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_cost_delay = 0);

create index host_turn on host (turn) where due < 'infinity';

create table url (
    id bigint generated always as identity primary key,
    digest bytea not null unique, -- SHA-256 of the URL, which may be too long for an index
    url text not null,
    host text not null,
    depth integer not null, -- how many links lead to it
    found_at text not null, -- the URL that has the link; empty for a start
    state text not null check (state in ('QUEUED', 'DONE', 'SKIPPED', 'FAILED')),
    tries integer not null, -- in vain
    note text not null, -- what is known of it
    due timestamptz not null, -- not claimed before; of a claim, the end of its lease
    claim bigint, -- null unless it is claimed; a random number
    worker text, -- who has the claim, or had it last
    changed timestamptz not null
) with ( -- a queue: rows that are no longer in it must not be in the way of those that are
    fillfactor = 85,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_cost_delay = 0
);

create index url_queue on url (host, depth, id) where state = 'QUEUED';
create index url_claimed on url (host, due) where claim is not null;
create unique index url_claim on url (claim) where claim is not null;

-- How many URLs have a state: the sum over the workers, which each count in a row of their own.
create table tally (
    worker text not null,
    state text not null,
    urls bigint not null,
    primary key (worker, state)
) with (fillfactor = 50, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

create sequence turns;
