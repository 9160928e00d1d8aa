-- Phones in a database, for SQLite:  sqlite3 FILE < sqlite.sql
--
-- Endpoints and auths have tables of Asterisk's own (contrib/ast-db-manage in its source: ps_endpoints, ps_auths).

-- One row per line of a phone, as a section of type=phoneprov. A column that is NULL or empty counts as not given.
--
-- Each column but id is an option, and so a variable in templates. These are the usual ones; take and add what you need.
-- A standard name (see configuration.md) may be written in small letters, as here. Other names are taken exactly as they are
-- written here: to have ${MODEL}, add the column MODEL.
create table ps_phoneprov (
    id text not null primary key,
    endpoint text,
    mac text,
    profile text,
    line integer,
    linekeys integer,
    label text,
    display_name text,
    callerid text,
    username text,
    secret text,
    timezone text,
    server text,
    server_port integer,
    voicemail_exten text,
    extension_length integer
);

-- Which phone has this MAC? For whoever edits: Asterisk asks by id, or for all rows.
create index ps_phoneprov_mac on ps_phoneprov (mac);
create index ps_phoneprov_endpoint on ps_phoneprov (endpoint);

-- One line of one phone has one row: of two, the first by id is served. The database can refuse the second when it is written:
--   create unique index ps_phoneprov_line on ps_phoneprov
--     (lower(replace(replace(mac, ':', ''), '-', '')), coalesce(line, 1)) where mac <> '';
-- MACs are then changed one by one, and of two tenants who share the table the second is told that somebody has that phone, and
-- can keep another from having it by writing first. Let tenants write through something that knows whose it is.

-- Values for all lines that do not say otherwise, as sections of type=phoneprov_default, in order of id. Columns as above.
create table ps_phoneprov_default (
    id text not null primary key,
    profile text,
    linekeys integer,
    timezone text,
    server text,
    server_port integer,
    voicemail_exten text,
    extension_length integer
);

-- Variables that have no column: one row per variable. It is the table of a configuration file (static realtime), whose
-- sections are named like rows of ps_phoneprov and ps_phoneprov_default.
--
-- The names and types of all columns are what Asterisk's drivers ask for:
--   commented is a number, not a boolean, and the row counts where it is 0;
--   category has room for 79 characters in Asterisk;
--   var_val is never NULL: that takes Asterisk down.
-- The driver sorts by cat_metric, then var_metric; leave both 0 unless order matters to you.
create table ps_phoneprov_vars (
    id integer primary key,
    filename text not null default 'phoneprov_vars.conf',
    category text not null check (category <> ''),
    var_name text not null,
    var_val text not null default '',
    cat_metric integer not null default 0,
    var_metric integer not null default 0,
    commented integer not null default 0,
    unique (filename, category, var_name)
);

-- Asterisk keeps this file open. Set batch=0 in res_config_sqlite3.conf, or it also keeps it locked against everyone else.
