-- The part of Asterisk's own schema that the tests need (contrib/ast-db-manage in its source has it whole), in an SQL that
-- every database here understands.
create table ps_endpoints (
    id varchar(255) not null primary key,
    transport varchar(40),
    aors varchar(2048),
    auth varchar(255),
    context varchar(40),
    disallow varchar(200),
    allow varchar(200),
    callerid varchar(40)
);
create table ps_auths (
    id varchar(255) not null primary key,
    auth_type varchar(20),
    password varchar(80),
    md5_cred varchar(40),
    username varchar(40)
);
