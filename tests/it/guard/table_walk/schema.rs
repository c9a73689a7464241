//! Tables as the catalogue describes them: columns, keys and checks.

use sqlx::PgConnection;

/// Table of the schemas `bilten` or `platform`.
#[derive(Debug, Clone)]
pub struct Table {
    /// Name with its schema.
    pub name: String,
    /// Columns in their order.
    pub columns: Vec<Column>,
    /// Columns of the primary key.
    pub key: Vec<String>,
    /// Foreign keys.
    pub parents: Vec<ForeignKey>,
    /// Check constraints.
    pub checks: Vec<Check>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Column {
    pub name: String,
    pub kind: String,
    pub is_nullable: bool,
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ForeignKey {
    pub parent: String,
    pub columns: Vec<String>,
    pub parent_columns: Vec<String>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Check {
    pub name: String,
    pub columns: Vec<String>,
    pub definition: String,
}

impl Table {
    /// Tells whether rows belong to a tenant and the application may meet them.
    pub fn is_tenants(&self) -> bool {
        self.name.starts_with("bilten.") && self.columns.iter().any(|column| column.name == "tenant_id")
    }

    /// Texts that the checks on a column name, which are mostly the values that it may take.
    pub fn literals(&self, column: &str) -> Vec<String> {
        let on_column = self
            .checks
            .iter()
            .filter(|check| check.columns.iter().any(|name| name == column));
        on_column
            .flat_map(|check| check.definition.split('\'').skip(1).step_by(2).map(str::to_owned))
            .collect()
    }
}

/// Reads all tables, parents before children.
pub async fn read(connection: &mut PgConnection) -> Vec<Table> {
    let names: Vec<(i64, String)> = sqlx::query_as(
        "select c.oid::bigint, n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname in ('bilten', 'platform') and c.relkind in ('r', 'p') and not c.relispartition
           and c.relname <> '_sqlx_migrations' order by 2",
    )
    .fetch_all(&mut *connection)
    .await
    .unwrap();
    let mut tables = Vec::new();
    for (oid, name) in names {
        tables.push(read_table(connection, oid, name).await);
    }
    in_order(tables)
}

async fn read_table(connection: &mut PgConnection, oid: i64, name: String) -> Table {
    let columns = sqlx::query_as(
        "select attname::text as name, format_type(atttypid, null) as kind, not attnotnull as is_nullable
         from pg_attribute where attrelid = $1::bigint::oid and attnum > 0 and not attisdropped and attgenerated = ''
           -- What the application may not write though it may write the rest, the database fills.
           and not (atthasdef and has_any_column_privilege('bilten_app', attrelid, 'insert')
                    and not has_column_privilege('bilten_app', attrelid, attnum, 'insert'))
         order by attnum",
    );
    let parents = sqlx::query_as(
        "select n.nspname || '.' || r.relname as parent,
                (select array_agg(a.attname::text order by k.i) from unnest(c.conkey) with ordinality k (attnum, i)
                 join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum) as columns,
                (select array_agg(a.attname::text order by k.i) from unnest(c.confkey) with ordinality k (attnum, i)
                 join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.attnum) as parent_columns
         from pg_constraint c join pg_class r on r.oid = c.confrelid join pg_namespace n on n.oid = r.relnamespace
         where c.conrelid = $1::bigint::oid and c.contype = 'f'
         union all
         -- Foreign keys that are checked once a statement: bilten.require_parents.
         select 'bilten.' || a[3 * n + 1], array['tenant_id'] || string_to_array(a[3 * n + 2], ','),
                array['tenant_id'] || string_to_array(a[3 * n + 3], ',')
         from pg_trigger t
         cross join lateral string_to_array(encode(t.tgargs, 'escape'), '\\000') as a
         cross join lateral generate_series(0, t.tgnargs / 3 - 1) as n
         where t.tgrelid = $1::bigint::oid and t.tgname in ('parents', 'types')",
    );
    let checks = sqlx::query_as(
        "select c.conname::text as name, pg_get_constraintdef(c.oid) as definition,
                coalesce((select array_agg(a.attname::text order by a.attnum) from pg_attribute a
                          where a.attrelid = c.conrelid and a.attnum = any (c.conkey)), '{}') as columns
         from pg_constraint c where c.conrelid = $1::bigint::oid and c.contype = 'c' order by c.conname",
    );
    let key = sqlx::query_scalar(
        "select a.attname::text from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
         where i.indrelid = $1::bigint::oid and i.indisprimary order by a.attnum",
    );
    Table {
        name,
        columns: columns.bind(oid).fetch_all(&mut *connection).await.unwrap(),
        key: key.bind(oid).fetch_all(&mut *connection).await.unwrap(),
        parents: parents.bind(oid).fetch_all(&mut *connection).await.unwrap(),
        checks: checks.bind(oid).fetch_all(connection).await.unwrap(),
    }
}

/// Puts parents before children. A ring of foreign keys must have a nullable one; it is filled with null.
fn in_order(mut waiting: Vec<Table>) -> Vec<Table> {
    let mut placed: Vec<Table> = Vec::new();
    while !waiting.is_empty() {
        let is_ready = |table: &Table, placed: &[Table], may_break: bool| {
            let has_tenant = !table.is_tenants() || placed.iter().any(|done| done.name == "platform.tenants");
            has_tenant
                && table.parents.iter().all(|key| {
                    let is_null = may_break
                        && table
                            .columns
                            .iter()
                            .any(|c| c.is_nullable && key.columns.contains(&c.name));
                    is_null || key.parent == table.name || placed.iter().any(|done| done.name == key.parent)
                })
        };
        let found = waiting.iter().position(|table| is_ready(table, &placed, false));
        let found = found.or_else(|| waiting.iter().position(|table| is_ready(table, &placed, true)));
        placed.push(waiting.remove(found.expect("foreign keys form no ring of columns that may not be null")));
    }
    placed
}
