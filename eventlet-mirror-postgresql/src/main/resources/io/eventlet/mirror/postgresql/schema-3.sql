-- Version 3: what adds URLs says which of them are new, and no longer how many.

drop function if exists discover(
    text, bytea[], text[], text[], integer[], text[], text[], integer[], text[]);

-- And a worker holds its name while it is at work, so that nobody else works under it.

create table worker (
    name text primary key,
    incarnation bigint not null, -- who holds it: a random number
    place text not null, -- its machine and process
    since timestamptz not null,
    until timestamptz not null, -- held until then
    renewals bigint not null -- which others see that wait for the name
) with (fillfactor = 50);

-- Those who may change what is counted may change this, and who may see that may see this.
do $$
declare
    a record;
begin
    for a in
        select x.privilege_type as what,
            case when x.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end as who
        from pg_class c, aclexplode(c.relacl) x
        where c.oid = 'tally'::regclass and x.grantee <> c.relowner
    loop
        execute format('grant %s on worker to %s', a.what, a.who);
    end loop;
end $$;
