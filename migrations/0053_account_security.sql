-- Where sessions come from and when their owner last proved who he is; a tenant's rules for sessions; links that let
-- somebody in by mail.
set lock_timeout = '5s';

alter table bilten.accounts add column last_login_at timestamptz;
comment on column bilten.accounts.last_login_at is 'Last log-in; null means that there was none since this is noted.';

alter table bilten.sessions
    add column user_agent text not null default '',
    add column network text not null default '',
    add column proved_at timestamptz;
comment on column bilten.sessions.user_agent is 'What the browser called itself at the log-in, cut to 300 characters.';
comment on column bilten.sessions.network is 'Network of the log-in, without the part that names one connection.';
comment on column bilten.sessions.proved_at is 'When the owner last proved who he is; null means at the log-in.';

create table bilten.security_settings (
    tenant_id            uuid not null references platform.tenants (id),
    session_idle_minutes integer not null check (session_idle_minutes between 5 and 10080),
    session_max_hours    integer not null check (session_max_hours between 1 and 720),
    updated_at           timestamptz not null,
    primary key (tenant_id)
);
comment on table bilten.security_settings is 'Rules for log-ins of a tenant''s staff; without a row the defaults hold.';
select bilten.protect('bilten.security_settings', 'select, insert, update');

create table bilten.account_links (
    tenant_id  uuid not null references platform.tenants (id),
    id         uuid not null,
    account_id uuid not null,
    purpose    text not null check (purpose in ('reset', 'log_in')),
    host       text not null,
    locale     text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at    timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, account_id) references bilten.accounts (tenant_id, id)
);
create index account_links_account on bilten.account_links (tenant_id, account_id);
comment on table bilten.account_links is 'Links mailed to staff, each good once; the secret of a link is derived and kept nowhere.';
comment on column bilten.account_links.host is 'Host that was asked, and the only one at which the link is good.';
select bilten.protect('bilten.account_links', 'select, insert, update, delete');
