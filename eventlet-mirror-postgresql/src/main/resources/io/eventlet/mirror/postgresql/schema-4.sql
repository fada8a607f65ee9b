-- Version 4: a claim reads past little of what has been claimed and done, also where a transaction
-- that was begun before keeps it.

-- What has added URLs without saying where they are has ended then, and nothing does so any more.
lock table url, host in access exclusive mode;
drop function if exists wake(text[], timestamptz);

alter table host
    add column claims bigint[] not null default '{}', -- all that it has, and some that have ended
    add column first_depth integer not null default 0, -- no URL before these two is queued
    add column first_id bigint not null default 0;

-- A claim that waits for this, of a worker of the version before, is not counted by later ones.
update host set claims = array(
    select u.claim from url u where u.host = host.name and u.claim is not null);

drop index url_claimed;

-- A worker and a state have a row for each of some times.
alter table tally add column slot integer not null default 0;
alter table tally drop constraint tally_pkey;
alter table tally add primary key (worker, state, slot);
