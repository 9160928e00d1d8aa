-- Endpoints and auths, for any database: those columns of Asterisk's own ps_endpoints and ps_auths that phones are made of, and a
-- few that calls need. If its whole schema is at hand (contrib/ast-db-manage in its source), take that instead.
create table if not exists ps_endpoints (
    id varchar(255) not null primary key,
    transport varchar(40),
    aors varchar(2048),
    auth varchar(255),
    context varchar(40),
    disallow varchar(200),
    allow varchar(200),
    callerid varchar(40)
);
create table if not exists ps_auths (
    id varchar(255) not null primary key,
    auth_type varchar(20),
    password varchar(80),
    md5_cred varchar(40),
    username varchar(40)
);
