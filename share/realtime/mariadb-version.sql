-- Which state of the database this is, for MariaDB and MySQL:  mariadb DATABASE < mariadb-version.sql
-- After the tables of mariadb.sql and Asterisk's own ps_endpoints and ps_auths.
--
-- Asterisk reads each table by itself. With this, a node knows whether somebody has written between two of them, and then
-- reads again; and while nothing changes, all that it asks is this one row. It can be left out, with the lines of
-- ps_phoneprov_version and ps_phoneprov_counts in extconfig.conf.

-- One row. Whoever writes raises it in the same transaction, and holds it until that ends: so nobody sees the one without the
-- other. Others who write wait for that end, and two that want each other's rows besides are told of a deadlock; one of them
-- has to try again.
create table ps_phoneprov_version (
    id varchar(79) primary key check (id = 'phoneprov'),
    version bigint not null,
    changed timestamp(6) not null
) character set utf8mb4;
insert into ps_phoneprov_version values ('phoneprov', 0, current_timestamp(6));

-- How many rows of each type there are: a driver that leaves out a row which it cannot fetch is found out.
create view ps_phoneprov_counts (id, number) as
    select 'phoneprov', count(*) from ps_phoneprov where id <> ''
    union all select 'phoneprov_default', count(*) from ps_phoneprov_default where id <> ''
    union all select 'endpoint', count(*) from ps_endpoints where id <> ''
    union all select 'auth', count(*) from ps_auths where id <> '';

create procedure ps_phoneprov_raise_version() modifies sql data
    update ps_phoneprov_version set version = version + 1, changed = current_timestamp(6);

-- TRUNCATE calls none of these: use DELETE.
create trigger phoneprov_inserted after insert on ps_phoneprov for each row call ps_phoneprov_raise_version();
create trigger phoneprov_updated after update on ps_phoneprov for each row call ps_phoneprov_raise_version();
create trigger phoneprov_deleted after delete on ps_phoneprov for each row call ps_phoneprov_raise_version();
create trigger phoneprov_default_inserted after insert on ps_phoneprov_default for each row call ps_phoneprov_raise_version();
create trigger phoneprov_default_updated after update on ps_phoneprov_default for each row call ps_phoneprov_raise_version();
create trigger phoneprov_default_deleted after delete on ps_phoneprov_default for each row call ps_phoneprov_raise_version();
create trigger phoneprov_vars_inserted after insert on ps_phoneprov_vars for each row call ps_phoneprov_raise_version();
create trigger phoneprov_vars_updated after update on ps_phoneprov_vars for each row call ps_phoneprov_raise_version();
create trigger phoneprov_vars_deleted after delete on ps_phoneprov_vars for each row call ps_phoneprov_raise_version();
create trigger endpoints_inserted after insert on ps_endpoints for each row call ps_phoneprov_raise_version();
create trigger endpoints_updated after update on ps_endpoints for each row call ps_phoneprov_raise_version();
create trigger endpoints_deleted after delete on ps_endpoints for each row call ps_phoneprov_raise_version();
create trigger auths_inserted after insert on ps_auths for each row call ps_phoneprov_raise_version();
create trigger auths_updated after update on ps_auths for each row call ps_phoneprov_raise_version();
create trigger auths_deleted after delete on ps_auths for each row call ps_phoneprov_raise_version();

-- Reading is all that Asterisk needs:
--   grant select on ps_phoneprov_version to asterisk;  -- and so on for ps_phoneprov_counts
