//! Rows made from column types and check constraints, for tables that nobody has listed.

use std::collections::BTreeMap;

use bilten_tests::db::run;
use sqlx::{AssertSqlSafe, Executor, PgConnection};
use uuid::Uuid;

use super::schema::{Check, Table};

/// Tries of values that a row's checks may need.
const MOST_TRIES: usize = 500;

/// Values of a row as SQL expressions, by column.
pub type Row = BTreeMap<String, String>;

/// Tenant of the walk with its mark in every text column.
#[derive(Debug, Clone)]
pub struct Tenant {
    number: u128,
    /// 128-bit marker that stands in every text.
    pub canary: String,
    /// Rows by table.
    pub rows: BTreeMap<String, Row>,
}

impl Tenant {
    /// Names a tenant.
    pub fn new(number: u128) -> Self {
        Self {
            number,
            canary: format!("canary{:032x}", stir(number)),
            rows: BTreeMap::new(),
        }
    }

    /// Identifier as an SQL expression.
    pub fn id(&self) -> &str {
        &self.rows["platform.tenants"]["id"]
    }

    /// Tells whether a text of the database shows anything of this tenant.
    pub fn is_seen_in(&self, text: &str) -> bool {
        let id = self
            .id()
            .trim_start_matches('\'')
            .split('\'')
            .next()
            .unwrap_or_default();
        text.contains(&self.canary) || text.contains(id)
    }

    /// Inserts one row into each table, parents first, as an administrator.
    pub async fn settle(&mut self, admin: &mut PgConnection, tables: &[Table]) {
        for table in tables {
            let row = self.fitting_row(admin, table).await;
            self.rows.insert(table.name.clone(), row);
        }
    }

    /// Makes another row of the tenant that is not in the table.
    pub fn second_row(&self, table: &Table) -> Row {
        let mut row = self.rows[&table.name].clone();
        for column in &table.columns {
            let is_parents = table.parents.iter().any(|key| key.columns.contains(&column.name));
            if table.key.contains(&column.name) && !is_parents && column.name != "tenant_id" {
                row.insert(column.name.clone(), self.candidates(table, &column.name, 1).remove(0));
            }
        }
        row
    }

    /// Tries values until the table takes the row; checks that refuse say which columns to vary.
    async fn fitting_row(&self, admin: &mut PgConnection, table: &Table) -> Row {
        let mut choices: BTreeMap<&str, (usize, Vec<String>)> = BTreeMap::new();
        for column in &table.columns {
            choices.insert(&column.name, (0, self.candidates(table, &column.name, 0)));
        }
        for _ in 0..MOST_TRIES {
            let row: Row = choices
                .iter()
                .map(|(name, (at, values))| ((*name).to_owned(), values[*at].clone()))
                .collect();
            run(admin, "begin").await;
            let result = admin.execute(AssertSqlSafe(insert(table, &row))).await;
            let Err(error) = result else {
                run(admin, "commit").await;
                return row;
            };
            run(admin, "rollback").await;
            let refused = error
                .as_database_error()
                .and_then(|e| e.constraint())
                .map(str::to_owned);
            let check = table.checks.iter().find(|check| Some(&check.name) == refused.as_ref());
            let check = check.unwrap_or_else(|| panic!("{}: {error}\n{row:?}", table.name));
            assert!(
                vary(&mut choices, check),
                "{}: no generated value meets {}",
                table.name,
                check.definition
            );
        }
        panic!("{}: no row found in {MOST_TRIES} tries", table.name)
    }

    /// Values of a column that names a parent.
    fn of_parent(&self, table: &Table, column: &str) -> Option<Vec<String>> {
        let position = |names: &[String]| names.iter().position(|name| name == column);
        let (key, at) = table
            .parents
            .iter()
            .find_map(|key| Some((key, position(&key.columns)?)))?;
        let parent = self.rows.get(&key.parent);
        let parent = parent.and_then(|row| row.get(&key.parent_columns[at]));
        let mut values = vec![parent.cloned().unwrap_or_else(|| "null".to_owned())];
        // Of two parents a row may have one only.
        if table.columns.iter().any(|c| c.name == column && c.is_nullable) {
            values.push("null".to_owned());
        }
        Some(values)
    }

    /// Values that a column may take, the likeliest first.
    fn candidates(&self, table: &Table, column: &str, variant: u128) -> Vec<String> {
        if let Some(parents) = self.of_parent(table, column) {
            return parents;
        }
        if column == "tenant_id" && table.is_tenants() {
            return vec![self.id().to_owned()];
        }
        let described = table
            .columns
            .iter()
            .find(|c| c.name == column)
            .expect("a column of the table");
        let seed = table
            .name
            .bytes()
            .chain(column.bytes())
            .fold(self.number * 2 + variant, |h, b| stir(h ^ u128::from(b)));
        let mut values = match described.kind.as_str() {
            "uuid" => vec![format!(
                "'{}'::uuid",
                uuid::Builder::from_random_bytes(seed.to_be_bytes()).into_uuid()
            )],
            "text" | "character varying" => {
                let mut texts: Vec<_> = table.literals(column).iter().map(|text| format!("'{text}'")).collect();
                texts.push(format!(
                    "'{}'",
                    if variant == 0 {
                        self.canary.clone()
                    } else {
                        format!("{}{variant}", self.canary)
                    }
                ));
                texts
            }
            "smallint" | "integer" | "bigint" => ["1", "2", "7", "100", "0"]
                .map(|n| format!("({n} + {variant})"))
                .to_vec(),
            "boolean" => vec!["false".into(), "true".into()],
            "timestamp with time zone" => {
                let place = table.columns.iter().position(|c| c.name == column).unwrap_or(0);
                vec![format!(
                    "(timestamptz '2031-05-01 12:00+00' + interval '{place} minutes')"
                )]
            }
            "date" => vec!["date '2031-05-01'".into()],
            "bytea" => vec![
                format!("decode('{:032x}{:032x}', 'hex')", seed, stir(seed)),
                "'\\x00'::bytea".into(),
                format!("decode(repeat('{:032x}', 4), 'hex')", stir(seed)),
            ],
            "jsonb" | "json" => vec![format!("'{{\"canary\": \"{}\"}}'", self.canary), "'[]'".into()],
            "integer[]" | "bigint[]" => vec!["array[1, -1]".into(), "array[1, 1]".into()],
            "text[]" => vec![format!("array['{}']", self.canary)],
            "uuid[]" => vec![format!(
                "array['{}'::uuid]",
                uuid::Builder::from_random_bytes(seed.to_be_bytes()).into_uuid()
            )],
            other => panic!("{}.{column}: teach the walk the type {other}", table.name),
        };
        if described.is_nullable {
            values.push("null".into());
        }
        values
    }
}

/// Writes the statement that inserts a row.
pub fn insert(table: &Table, row: &Row) -> String {
    let (names, values): (Vec<_>, Vec<_>) = row.iter().map(|(name, value)| (name.as_str(), value.as_str())).unzip();
    format!(
        "insert into {} as t ({}) values ({})",
        table.name,
        names.join(", "),
        values.join(", ")
    )
}

/// Turns the wheels of the check's columns by one; false when all positions were tried.
fn vary(choices: &mut BTreeMap<&str, (usize, Vec<String>)>, check: &Check) -> bool {
    for column in &check.columns {
        let Some((at, values)) = choices.get_mut(column.as_str()) else {
            continue;
        };
        *at += 1;
        if *at < values.len() {
            return true;
        }
        *at = 0;
    }
    false
}

/// Spreads a number over 128 bits.
fn stir(number: u128) -> u128 {
    Uuid::from_u128(
        number
            .wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835)
            .rotate_left(61)
            ^ 0x5bd1_e995,
    )
    .as_u128()
        ^ number.wrapping_mul(0x2545_F491_4F6C_DD1D)
}
