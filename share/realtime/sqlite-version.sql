-- Which state of the database this is, for SQLite:  sqlite3 FILE < sqlite-version.sql
-- After the tables of sqlite.sql and Asterisk's own ps_endpoints and ps_auths.
--
-- Asterisk reads each table by itself. With this, a node knows whether somebody has written between two of them, and then
-- reads again; and while nothing changes, all that it asks is this one row. It can be left out, with the lines of
-- ps_phoneprov_version and ps_phoneprov_counts in extconfig.conf.

-- One row. Whoever writes raises it in the same transaction: so nobody sees the one without the other.
create table ps_phoneprov_version (
    id text not null primary key check (id = 'phoneprov'),
    version integer not null,
    changed text not null
);
insert into ps_phoneprov_version values ('phoneprov', 0, current_timestamp);

-- How many rows of each type there are: a driver that leaves out a row which it cannot fetch is found out.
create view ps_phoneprov_counts (id, number) as
    select 'phoneprov', count(*) from ps_phoneprov where id <> ''
    union all select 'phoneprov_default', count(*) from ps_phoneprov_default where id <> ''
    union all select 'endpoint', count(*) from ps_endpoints where id <> ''
    union all select 'auth', count(*) from ps_auths where id <> '';

create trigger phoneprov_inserted after insert on ps_phoneprov begin
    update ps_phoneprov_version set version = version + 1, changed = current_timestamp;
end;
create trigger phoneprov_updated after update on ps_phoneprov begin
    update ps_phoneprov_version set version = version + 1, changed = current_timestamp;
end;
create trigger phoneprov_deleted after delete on ps_phoneprov begin
    update ps_phoneprov_version set version = version + 1, changed = current_timestamp;
end;
create trigger phoneprov_default_inserted after insert on ps_phoneprov_default begin
    update ps_phoneprov_version set version = version + 1, changed = current_timestamp;
end;
create trigger phoneprov_default_updated after update on ps_phoneprov_default begin
    update ps_phoneprov_version set version = version + 1, changed = current_timestamp;
end;
create trigger phoneprov_default_deleted after delete on ps_phoneprov_default begin
    update ps_phoneprov_version set version = version + 1, changed = current_timestamp;
end;
create trigger phoneprov_vars_inserted after insert on ps_phoneprov_vars begin
    update ps_phoneprov_version set version = version + 1, changed = current_timestamp;
end;
create trigger phoneprov_vars_updated after update on ps_phoneprov_vars begin
    update ps_phoneprov_version set version = version + 1, changed = current_timestamp;
end;
create trigger phoneprov_vars_deleted after delete on ps_phoneprov_vars begin
    update ps_phoneprov_version set version = version + 1, changed = current_timestamp;
end;
create trigger endpoints_inserted after insert on ps_endpoints begin
    update ps_phoneprov_version set version = version + 1, changed = current_timestamp;
end;
create trigger endpoints_updated after update on ps_endpoints begin
    update ps_phoneprov_version set version = version + 1, changed = current_timestamp;
end;
create trigger endpoints_deleted after delete on ps_endpoints begin
    update ps_phoneprov_version set version = version + 1, changed = current_timestamp;
end;
create trigger auths_inserted after insert on ps_auths begin
    update ps_phoneprov_version set version = version + 1, changed = current_timestamp;
end;
create trigger auths_updated after update on ps_auths begin
    update ps_phoneprov_version set version = version + 1, changed = current_timestamp;
end;
create trigger auths_deleted after delete on ps_auths begin
    update ps_phoneprov_version set version = version + 1, changed = current_timestamp;
end;
