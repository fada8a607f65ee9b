-- Version 2: hosts that can be claimed from are found in an index, however many there are.

alter table host add column paused timestamptz not null default '-infinity'; -- between two claims
alter table host add column ready timestamptz not null -- when something can be claimed
    generated always as (greatest(due, blocked, paused)) stored;
drop index host_turn;
create index host_ready on host (ready, turn, name) where ready < 'infinity';
