//! Brings a database to the schema of this build: roles, then migrations as their owner.

use std::str::FromStr;

use bilten_kernel::Secret;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgConnection},
};

use crate::DbError;

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");
const ROLES: &str = include_str!("../../../migrations/roles.sql");
/// Serialises the set-up of roles, which belong to the whole server (the number has no meaning).
const ROLES_LOCK: i64 = 0x626c_746e;

/// Passwords that the serving roles get. Hexadecimal by construction.
#[derive(Debug, Clone)]
pub struct RolePasswords {
    /// Of `bilten_app`.
    pub app: Secret<String>,
    /// Of `bilten_platform`.
    pub platform: Secret<String>,
}

/// Failure to migrate.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The server refused or is out of reach.
    #[error("could not prepare the database")]
    Db(#[from] DbError),
    /// A migration failed or was changed after it had run.
    #[error("a migration failed")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A password holds more than letters and digits.
    #[error("a role's password may hold letters and digits only")]
    Password,
}

/// Creates roles and schemas, sets the passwords, and runs what has not yet run.
///
/// `admin_url` names a role that may create roles.
///
/// # Errors
/// See [`MigrateError`].
pub async fn run(admin_url: &Secret<String>, passwords: Option<&RolePasswords>) -> Result<(), MigrateError> {
    let mut connection = connect(admin_url).await?;
    prepare_roles(&mut connection, passwords).await?;
    connection
        .execute("set role bilten_owner")
        .await
        .map_err(DbError::from)?;
    connection
        .execute("set search_path = bilten, platform")
        .await
        .map_err(DbError::from)?;
    MIGRATIONS.run_direct(None, &mut connection, false).await?;
    let note = format!("comment on schema bilten is 'migration {}'", latest_version());
    connection.execute(AssertSqlSafe(note)).await.map_err(DbError::from)?;
    connection.close().await.map_err(DbError::from)?;
    Ok(())
}

/// Names the newest migration of this build.
pub fn latest_version() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

async fn connect(admin_url: &Secret<String>) -> Result<PgConnection, DbError> {
    let options = PgConnectOptions::from_str(admin_url.expose()).map_err(|_| DbError::Address)?;
    Ok(options.options([("client_min_messages", "warning")]).connect().await?)
}

async fn prepare_roles(connection: &mut PgConnection, passwords: Option<&RolePasswords>) -> Result<(), MigrateError> {
    sqlx::query("select pg_advisory_lock($1)")
        .bind(ROLES_LOCK)
        .execute(&mut *connection)
        .await
        .map_err(DbError::from)?;
    connection.execute(ROLES).await.map_err(DbError::from)?;
    if let Some(passwords) = passwords {
        for (role, password) in [("bilten_app", &passwords.app), ("bilten_platform", &passwords.platform)] {
            let password = password.expose();
            if !password.bytes().all(|b| b.is_ascii_alphanumeric()) {
                return Err(MigrateError::Password);
            }
            let statement = format!("alter role {role} password '{password}'");
            connection
                .execute(AssertSqlSafe(statement))
                .await
                .map_err(DbError::from)?;
        }
    }
    // The administrator must be able to act as the owner; a superuser can anyway.
    connection
        .execute("do $$ begin if not pg_has_role(current_user, 'bilten_owner', 'member') then execute format('grant bilten_owner to %I', current_user); end if; end $$")
        .await
        .map_err(DbError::from)?;
    sqlx::query("select pg_advisory_unlock($1)")
        .bind(ROLES_LOCK)
        .execute(connection)
        .await
        .map_err(DbError::from)?;
    Ok(())
}
