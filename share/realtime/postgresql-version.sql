-- Which state of the database this is, for PostgreSQL:  psql DATABASE < postgresql-version.sql
-- After the tables of postgresql.sql and Asterisk's own ps_endpoints and ps_auths.
--
-- Asterisk reads each table by itself. With this, a node knows whether somebody has written between two of them, and then
-- reads again; and while nothing changes, all that it asks is this one row. It can be left out, with the lines of
-- ps_phoneprov_version and ps_phoneprov_counts in extconfig.conf.

-- One row. Whoever writes raises it in the same transaction, and holds it until that ends: so nobody sees the one without the
-- other. A sequence would not do: it moves before what was written can be seen.
create table ps_phoneprov_version (
    id varchar(79) primary key check (id = 'phoneprov'),
    version bigint not null,
    changed timestamp with time zone not null
);
insert into ps_phoneprov_version values ('phoneprov', 0, now());

-- How many rows of each type there are: a driver that leaves out a row which it cannot fetch is found out.
create view ps_phoneprov_counts (id, number) as
    select 'phoneprov', count(*) from ps_phoneprov where id <> ''
    union all select 'phoneprov_default', count(*) from ps_phoneprov_default where id <> ''
    union all select 'endpoint', count(*) from ps_endpoints where id <> ''
    union all select 'auth', count(*) from ps_auths where id <> '';

-- Once in each transaction, and with the right to do so whoever writes.
create function ps_phoneprov_raise_version() returns trigger language plpgsql security definer set search_path from current as
$$
begin
    if current_setting('phoneprov.version_is_raised', true) is distinct from 'yes' then
        update ps_phoneprov_version set version = version + 1, changed = clock_timestamp();
        perform set_config('phoneprov.version_is_raised', 'yes', true);
    end if;
    return null;
end
$$;

-- Deferred: others who write wait for the commit alone, not for all that comes before it. Those who do so at the level
-- REPEATABLE READ or above may be told to try again, as always there.
create constraint trigger ps_phoneprov_version after insert or update or delete on ps_phoneprov
    deferrable initially deferred for each row execute function ps_phoneprov_raise_version();
create constraint trigger ps_phoneprov_version after insert or update or delete on ps_phoneprov_default
    deferrable initially deferred for each row execute function ps_phoneprov_raise_version();
create constraint trigger ps_phoneprov_version after insert or update or delete on ps_phoneprov_vars
    deferrable initially deferred for each row execute function ps_phoneprov_raise_version();
create constraint trigger ps_phoneprov_version after insert or update or delete on ps_endpoints
    deferrable initially deferred for each row execute function ps_phoneprov_raise_version();
create constraint trigger ps_phoneprov_version after insert or update or delete on ps_auths
    deferrable initially deferred for each row execute function ps_phoneprov_raise_version();
create trigger ps_phoneprov_version_truncate after truncate on ps_phoneprov
    for each statement execute function ps_phoneprov_raise_version();
create trigger ps_phoneprov_version_truncate after truncate on ps_phoneprov_default
    for each statement execute function ps_phoneprov_raise_version();
create trigger ps_phoneprov_version_truncate after truncate on ps_phoneprov_vars
    for each statement execute function ps_phoneprov_raise_version();
create trigger ps_phoneprov_version_truncate after truncate on ps_endpoints
    for each statement execute function ps_phoneprov_raise_version();
create trigger ps_phoneprov_version_truncate after truncate on ps_auths
    for each statement execute function ps_phoneprov_raise_version();

-- Reading is all that Asterisk needs:
--   grant select on ps_phoneprov_version, ps_phoneprov_counts to asterisk;
