-- What the catalogue of PostgreSQL says about the isolation of tenants: thirty checks.
-- $1 role that serves requests, $2 schema, $3 tenant column, $4 setting, $5 tables without a tenant.
-- Returns each check at least once; `object` is null where nothing was found.
with checks (number, title) as (values
    ( 1, 'table without a tenant column'),
    ( 2, 'row security is not enabled'),
    ( 3, 'row security is not forced on the owner'),
    ( 4, 'tenant column may be null'),
    ( 5, 'no restrictive guard for every command and role'),
    ( 6, 'policy that is always true'),
    ( 7, 'policy that does not name the tenant column'),
    ( 8, 'policy that reads the setting without a guard for the empty string'),
    ( 9, 'policy that reads the setting once a row'),
    (10, 'view with the rights of its owner'),
    (11, 'materialized view that the application may read'),
    (12, 'foreign table that the application may read'),
    (13, 'function with the rights of its owner that the application may run'),
    (14, 'function with the rights of its owner and no fixed search path'),
    (15, 'function that everybody may run'),
    (16, 'unique or exclusion key that does not begin with the tenant'),
    (17, 'index that does not begin with the tenant'),
    (18, 'foreign key between tenant tables that does not carry the tenant'),
    (19, 'foreign key that changes rows without naming their tenant'),
    (20, 'application may truncate, reference or attach triggers'),
    (21, 'application may touch a partition directly'),
    (22, 'application owns a table or is a member of its owner'),
    (23, 'application role has attributes of an administrator'),
    (24, 'application role may become a role that bypasses row security'),
    (25, 'tenant is pinned to a role or database'),
    (26, 'application may create objects in a schema'),
    (27, 'default privileges hand new objects to the application or everybody'),
    (28, 'application may read or advance a sequence'),
    (29, 'indexed column whose equality is not leakproof, so that row security cannot use the index'),
    (30, 'rewrite rule on a table')
),
tables as (
    select c.oid, c.relname::text as name, c.relowner, c.relrowsecurity, c.relforcerowsecurity, c.relispartition,
           a.attnum as tenant, coalesce(a.attnotnull, false) as is_not_null
    from pg_class c
    left join pg_attribute a on a.attrelid = c.oid and a.attname = $3 and not a.attisdropped
    where c.relnamespace = $2::regnamespace and c.relkind in ('r', 'p')
),
tenant_tables as (select * from tables where tenant is not null),
policies as (
    select t.name, t.oid, p.polname::text as policy, p.polpermissive, p.polcmd, p.polroles,
           pg_get_expr(p.polqual, p.polrelid) as reads, pg_get_expr(p.polwithcheck, p.polrelid) as writes
    from pg_policy p join tables t on t.oid = p.polrelid
),
expressions as (
    select name, policy, expression
    from policies cross join lateral (values (reads), (writes)) as e (expression)
    where expression is not null
),
functions as (
    select p.oid, p.oid::regprocedure::text as name, p.prosecdef, coalesce(p.proconfig, '{}') as settings
    from pg_proc p where p.pronamespace = $2::regnamespace
),
indexes as (
    select t.name, t.tenant, x.indexrelid, x.indexrelid::regclass::text as index_name, x.indkey, x.indclass, x.indnkeyatts,
           x.indisunique or x.indisexclusion as is_key
    from tenant_tables t join pg_index x on x.indrelid = t.oid
),
index_columns as (
    select i.name, i.index_name, k.position, i.indkey[k.position] as attnum, i.indclass[k.position] as class
    from indexes i cross join lateral generate_series(0, i.indnkeyatts - 1) as k (position)
),
foreign_keys as (
    select t.name, k.conname::text as key, k.confdeltype, k.confupdtype,
           r.tenant is not null as has_tenant_parent,
           exists (select from generate_subscripts(k.conkey, 1) as i
                   where k.conkey[i] = t.tenant and k.confkey[i] = r.tenant) as carries_tenant
    from tenant_tables t
    join pg_constraint k on k.conrelid = t.oid and k.contype = 'f'
    left join tables r on r.oid = k.confrelid
),
findings (number, object) as (
    select 1, name from tables where tenant is null and name <> all ($5::text[])
    union all
    select 2, name from tenant_tables where not relrowsecurity
    union all
    select 3, name from tenant_tables where not relforcerowsecurity
    union all
    select 4, name from tenant_tables where not is_not_null
    union all
    select 5, name from tenant_tables t
    where not exists (
        select from policies p
        where p.oid = t.oid and not p.polpermissive and p.polcmd = '*' and p.polroles = '{0}'
          and p.reads is not null and p.writes is not null)
    union all
    select 6, name || '.' || policy from expressions where expression ~* '^\W*(true|1 = 1)\W*$'
    union all
    select 7, name || '.' || policy from expressions
    where name in (select t.name from tenant_tables t) and expression !~ ('\m' || $3 || '\M')
    union all
    select 8, name || '.' || policy from expressions where expression ~ 'current_setting' and expression !~* 'nullif\s*\('
    union all
    select 9, name || '.' || policy from expressions where expression ~ 'current_setting' and expression !~* '\(\s*select\M'
    union all
    select 10, c.relname::text from pg_class c
    where c.relnamespace = $2::regnamespace and c.relkind = 'v'
      and not exists (select from pg_options_to_table(c.reloptions) o
                      where o.option_name = 'security_invoker' and o.option_value in ('true', 'on', 'yes', '1'))
    union all
    select case c.relkind when 'm' then 11 else 12 end, c.relname::text from pg_class c
    where c.relnamespace = $2::regnamespace and c.relkind in ('m', 'f') and has_any_column_privilege($1::name, c.oid, 'select')
    union all
    select 13, name from functions where prosecdef and has_function_privilege($1::name, oid, 'execute')
    union all
    select 14, name from functions
    where prosecdef and not exists (select from unnest(settings) as s (setting) where s.setting like 'search\_path=%')
    union all
    select 15, name from functions where has_function_privilege('public', oid, 'execute')
    union all
    select case when is_key then 16 else 17 end, index_name from indexes where indkey[0] <> tenant
    union all
    select 18, name || '.' || key from foreign_keys where has_tenant_parent and not carries_tenant
    union all
    select 19, name || '.' || key from foreign_keys
    where not carries_tenant and (confdeltype in ('c', 'n', 'd') or confupdtype in ('c', 'n', 'd'))
    union all
    select 20, name from tables where has_table_privilege($1::name, oid, 'truncate, references, trigger')
    union all
    select 21, name from tenant_tables
    where relispartition and (has_table_privilege($1::name, oid, 'delete')
                              or has_any_column_privilege($1::name, oid, 'select, insert, update'))
    union all
    select 22, name from tables where pg_has_role($1::name, relowner, 'member')
    union all
    select 23, rolname::text from pg_roles
    where rolname = $1::name and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)
    union all
    select 24, r.rolname::text from pg_roles r
    where (r.rolsuper or r.rolbypassrls) and r.rolname <> $1::name and pg_has_role($1::name, r.oid, 'member')
    union all
    select 25, coalesce(s.setrole::regrole::text, '') || ' ' || entry
    from pg_db_role_setting s cross join lateral unnest(s.setconfig) as e (entry)
    where starts_with(lower(entry), split_part($4, '.', 1) || '.')
    union all
    select 26, n.nspname::text from pg_namespace n where has_schema_privilege($1::name, n.oid, 'create')
    union all
    select 27, d.defaclobjtype::text || ' in ' || coalesce(nullif(d.defaclnamespace, 0)::regnamespace::text, 'every schema')
    from pg_default_acl d cross join lateral aclexplode(d.defaclacl) as given
    where given.grantee in (0, $1::regrole)
    union all
    select 28, c.relname::text from pg_class c
    -- `case` keeps the planner from asking about relations that are no sequences.
    where case when c.relnamespace = $2::regnamespace and c.relkind = 'S'
               then has_sequence_privilege($1::name, c.oid, 'select, usage') else false end
    union all
    select 29, i.index_name || ' column ' || i.position + 1
    from index_columns i
    where i.attnum = 0 or not exists (
        select from pg_opclass o
        join pg_am m on m.oid = o.opcmethod and m.amname in ('btree', 'hash', 'brin')
        join pg_amop s on s.amopfamily = o.opcfamily and s.amoplefttype = o.opcintype and s.amoprighttype = o.opcintype
                      and s.amopstrategy = case m.amname when 'hash' then 1 else 3 end
        join pg_operator e on e.oid = s.amopopr
        join pg_proc p on p.oid = e.oprcode and p.proleakproof
        where o.oid = i.class)
    union all
    select 30, t.name || '.' || r.rulename from tables t join pg_rewrite r on r.ev_class = t.oid
)
select c.number, c.title, f.object
from checks c left join findings f on f.number = c.number
order by c.number, f.object
