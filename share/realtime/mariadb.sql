-- Phones in a database, for MariaDB and MySQL:  mariadb DATABASE < mariadb.sql
--
-- Endpoints and auths have tables of Asterisk's own (contrib/ast-db-manage in its source: ps_endpoints, ps_auths).

-- One row per line of a phone, as a section of type=phoneprov. A column that is NULL or empty counts as not given.
--
-- Each column but id is an option, and so a variable in templates. These are the usual ones; take and add what you need.
-- A standard name (see configuration.md) may be written in small letters, as here. Other names are taken exactly as they are
-- written here: to have ${MODEL}, add the column MODEL.
create table ps_phoneprov (
    id varchar(79) primary key,
    endpoint varchar(255),
    mac varchar(17),
    profile varchar(80),
    line integer,
    linekeys integer,
    label varchar(80),
    display_name varchar(80),
    callerid varchar(80),
    username varchar(80),
    secret varchar(80),
    timezone varchar(80),
    server varchar(255),
    server_port integer,
    voicemail_exten varchar(80),
    extension_length integer
) character set utf8mb4;

-- Which phone has this MAC? For whoever edits: Asterisk asks by id, or for all rows.
create index ps_phoneprov_mac on ps_phoneprov (mac);
create index ps_phoneprov_endpoint on ps_phoneprov (endpoint);

-- One line of one phone has one row: of two, the first by id is served. The database can refuse the second when it is written:
--   alter table ps_phoneprov
--     add mac_digits varchar(17) as (nullif(lower(replace(replace(mac, ':', ''), '-', '')), '')) virtual,
--     add mac_line integer as (coalesce(line, 1)) virtual,
--     add unique (mac_digits, mac_line);
-- The two new columns are variables, too.
-- MACs are then changed one by one, and of two tenants who share the table the second is told that somebody has that phone, and
-- can keep another from having it by writing first. Let tenants write through something that knows whose it is.

-- Values for all lines that do not say otherwise, as sections of type=phoneprov_default, in order of id. Columns as above.
create table ps_phoneprov_default (
    id varchar(79) primary key,
    profile varchar(80),
    linekeys integer,
    timezone varchar(80),
    server varchar(255),
    server_port integer,
    voicemail_exten varchar(80),
    extension_length integer
) character set utf8mb4;

-- Variables that have no column: one row per variable. It is the table of a configuration file (static realtime), whose
-- sections are named like rows of ps_phoneprov and ps_phoneprov_default.
--
-- The names and types of all columns are what Asterisk's drivers ask for:
--   commented is a number, not a boolean, and the row counts where it is 0;
--   category has room for 79 characters in Asterisk, var_name for 127 in res_config_odbc; an empty category takes
--     Asterisk down;
--   var_val is never NULL: the driver would give the value of the row before.
-- Drivers sort by cat_metric, then var_metric, then name; leave both 0 unless order matters to you.
create table ps_phoneprov_vars (
    id integer auto_increment primary key,
    filename varchar(127) not null default 'phoneprov_vars.conf',
    category varchar(79) not null check (category <> ''),
    var_name varchar(127) not null,
    var_val varchar(2000) not null default '',
    cat_metric integer not null default 0,
    var_metric integer not null default 0,
    commented integer not null default 0,
    unique (filename, category, var_name)
) character set utf8mb4;

-- Reading is all that Asterisk needs:
--   create user asterisk identified by '...';
--   grant select on ps_phoneprov to asterisk;  -- and so on for the other tables
