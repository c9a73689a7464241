//! What the application's role may try on a table, and what must come of it.

use bilten_tests::db::run;
use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, Either, PgConnection, Row as _};

use super::{
    rows::{Tenant, insert},
    schema::Table,
};

/// Setting of the tenant under which an attack runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Context {
    /// Another tenant's transaction.
    Other(&'static str, String),
    /// A connection on which no tenant was ever set.
    Never,
    /// A text that is no tenant.
    Text(&'static str, String),
}

impl Context {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Other(name, _) | Self::Text(name, _) => name,
            Self::Never => "never set",
        }
    }

    /// Tells whether the policy's cast may refuse the setting itself.
    fn is_malformed(&self) -> bool {
        matches!(self, Self::Text(_, text) if !text.is_empty() && text.parse::<uuid::Uuid>().is_err())
    }
}

/// One statement against another tenant's rows.
#[derive(Debug)]
pub struct Attack {
    pub name: &'static str,
    pub statement: Statement,
    /// Success would itself be a leak, even without a visible effect.
    pub must_fail: bool,
}

#[derive(Debug)]
pub enum Statement {
    Sql(String),
    CopyOut(String),
    CopyIn(String),
}

/// What an attack brought.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Everything that the server showed.
    pub shown: String,
    /// Rows that the statement changed or returned.
    pub rows: u64,
    /// SQLSTATE of a refusal.
    pub refused: Option<String>,
}

/// All attacks on the victim's rows in a table.
pub fn on(table: &Table, victim: &Tenant, attacker: &Tenant) -> Vec<Attack> {
    let mut attacks = reading(table, victim.id());
    attacks.extend(changing(table, victim.id(), attacker.id()));
    attacks.extend(adding(table, victim));
    attacks
}

fn sql(name: &'static str, must_fail: bool, text: String) -> Attack {
    let statement = Statement::Sql(text);
    Attack {
        name,
        statement,
        must_fail,
    }
}

fn reading(table: &Table, a: &str) -> Vec<Attack> {
    let name = &table.name;
    let rows = format!("select t::text from {name} t");
    vec![
        sql("select", false, rows.clone()),
        sql("select by tenant", false, format!("{rows} where tenant_id = {a}")),
        sql(
            "select for update",
            false,
            format!("{rows} where tenant_id = {a} for update"),
        ),
        sql(
            "select for key share",
            false,
            format!("{rows} where tenant_id = {a} for key share"),
        ),
        Attack {
            name: "copy out",
            statement: Statement::CopyOut(format!("copy {name} to stdout")),
            must_fail: false,
        },
        sql(
            "lock",
            false,
            format!("lock table {name} in access exclusive mode nowait"),
        ),
    ]
}

fn changing(table: &Table, a: &str, b: &str) -> Vec<Attack> {
    let name = &table.name;
    let column = &table.columns.last().expect("a table has columns").name;
    let update = format!("update {name} t set {column} = {column}");
    let merge = format!("merge into {name} t using (values ({a})) s (victim) on t.tenant_id = s.victim");
    vec![
        sql("update", false, format!("{update} returning t::text")),
        sql(
            "update by tenant",
            false,
            format!("{update} where tenant_id = {a} returning t::text"),
        ),
        sql("move rows in", false, format!("update {name} set tenant_id = {a}")),
        sql(
            "move rows out",
            false,
            format!("update {name} set tenant_id = {b} where tenant_id = {a}"),
        ),
        sql(
            "delete",
            false,
            format!("delete from {name} t where tenant_id = {a} returning t::text"),
        ),
        sql(
            "merge matched",
            false,
            format!("{merge} when matched then update set {column} = t.{column}"),
        ),
        sql("truncate", true, format!("truncate {name} cascade")),
    ]
}

fn adding(table: &Table, victim: &Tenant) -> Vec<Attack> {
    let name = &table.name;
    let key = table.key.join(", ");
    let column = &table.columns.last().expect("a table has columns").name;
    let stored = insert(table, &victim.rows[name]);
    let second = victim.second_row(table);
    let fresh = insert(table, &second);
    let (names, values): (Vec<_>, Vec<_>) = second.iter().map(|(n, v)| (n.as_str(), v.as_str())).unzip();
    let (names, values) = (names.join(", "), values.join(", "));
    let merge = format!(
        "merge into {name} t using (values ({})) s (victim) on t.tenant_id = s.victim and false",
        victim.id()
    );
    let upsert = format!("{stored} on conflict ({key}) do");
    vec![
        sql("insert", true, fresh.clone()),
        sql("insert returning", true, format!("{fresh} returning t::text")),
        sql("upsert do nothing", true, format!("{upsert} nothing returning t::text")),
        sql(
            "upsert do update",
            true,
            format!("{upsert} update set {column} = excluded.{column} returning t::text"),
        ),
        sql(
            "merge not matched",
            true,
            format!("{merge} when not matched then insert ({names}) values ({values})"),
        ),
        Attack {
            name: "copy in",
            statement: Statement::CopyIn(format!("copy {name} (tenant_id) from stdin")),
            must_fail: true,
        },
    ]
}

/// Opens a transaction in the context and runs the attack.
pub async fn run_in(connection: &mut PgConnection, context: &Context, attack: &Attack) -> Outcome {
    let begin = match context {
        Context::Never => "begin".to_owned(),
        Context::Other(_, text) | Context::Text(_, text) => {
            format!(
                "begin; select set_config('bilten.tenant_id', '{}', true)",
                text.replace('\'', "''")
            )
        }
    };
    let mut opened = sqlx::raw_sql(AssertSqlSafe(begin)).fetch_many(&mut *connection);
    while opened.try_next().await.unwrap().is_some() {}
    drop(opened);
    let mut outcome = Outcome::default();
    let result = match &attack.statement {
        Statement::Sql(text) => run_sql(connection, text, &mut outcome).await,
        Statement::CopyOut(text) => run_copy_out(connection, text, &mut outcome).await,
        Statement::CopyIn(text) => match connection.copy_in_raw(text).await {
            Ok(copy) => copy.abort("the attack was let in").await,
            Err(error) => Err(error),
        },
    };
    if let Err(error) = result {
        let code = error
            .as_database_error()
            .and_then(|e| e.code().map(std::borrow::Cow::into_owned));
        outcome.refused = Some(code.unwrap_or_else(|| error.to_string()));
    }
    outcome
}

async fn run_sql(connection: &mut PgConnection, text: &str, outcome: &mut Outcome) -> Result<(), sqlx::Error> {
    let mut answers = sqlx::raw_sql(AssertSqlSafe(text.to_owned())).fetch_many(connection);
    while let Some(answer) = answers.try_next().await? {
        match answer {
            Either::Left(done) => outcome.rows += done.rows_affected(),
            Either::Right(row) => {
                outcome.shown.push_str(&row.try_get::<String, _>(0)?);
                outcome.shown.push('\n');
            }
        }
    }
    Ok(())
}

async fn run_copy_out(connection: &mut PgConnection, text: &str, outcome: &mut Outcome) -> Result<(), sqlx::Error> {
    let mut stream = connection.copy_out_raw(text).await?;
    while let Some(chunk) = stream.try_next().await? {
        outcome.shown.push_str(&String::from_utf8_lossy(&chunk));
    }
    Ok(())
}

/// Judges an outcome; `None` means that the table held.
pub fn judge(attack: &Attack, context: &Context, outcome: &Outcome, victim: &Tenant) -> Option<String> {
    if let Some(code) = &outcome.refused {
        // 42501: no privilege, or refused by a policy. 0A000: COPY FROM is not for tables with row security.
        // 22P02: the setting is not a UUID.
        let is_clean = matches!(code.as_str(), "42501" | "0A000") || (code == "22P02" && context.is_malformed());
        return (!is_clean).then(|| format!("failed for another reason: {code}"));
    }
    if attack.must_fail {
        return Some("was let through".into());
    }
    if victim.is_seen_in(&outcome.shown) {
        return Some("showed the victim's rows".into());
    }
    let touches_victim = !matches!(attack.name, "select" | "update" | "copy out" | "lock");
    (touches_victim && outcome.rows > 0).then(|| format!("touched {} rows", outcome.rows))
}

/// Everything that the victim has in a table, as a hash.
pub async fn fingerprint(connection: &mut PgConnection, table: &Table, victim: &Tenant) -> String {
    let text = format!(
        "select count(*) || ':' || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {} t where tenant_id = {}",
        table.name,
        victim.id()
    );
    sqlx::query_scalar(AssertSqlSafe(text))
        .fetch_one(connection)
        .await
        .unwrap()
}

/// Looks at the victim's rows from inside the attacker's open transaction, then rolls it back.
pub async fn fingerprint_inside(connection: &mut PgConnection, table: &Table, victim: &Tenant) -> String {
    let id = victim.id().replace("::uuid", "");
    run(connection, &format!("set local bilten.tenant_id = {id}")).await;
    let print = fingerprint(connection, table, victim).await;
    run(connection, "rollback").await;
    print
}
