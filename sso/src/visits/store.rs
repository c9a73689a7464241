//! SQL of `visit_rules`, `visits` and the platform's `operator_visits`.

use bilten_kernel::{AccountId, OperatorId, TenantId, Timestamp, Visit, VisitId, VisitPowers};
use bilten_tenancy::{DbError, PlatformTx, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Ended, Mode, Rules, RunningVisit, VisitRow, VisitState, desk::DeskRow};
use crate::{CsrfToken, SessionToken, TokenHash};

/// Open visits of a tenant that are looked at together.
const MAX_OPEN: i64 = 200;

/// Visit about to be written.
pub(super) struct NewVisit<'a> {
    pub id: VisitId,
    pub operator: OperatorId,
    pub operator_name: &'a str,
    pub reason: &'a str,
    pub reference: &'a str,
    pub minutes: i16,
    pub powers: VisitPowers,
    /// Who let him in by his rule; without one somebody is asked.
    pub admitted_by: Option<AccountId>,
    pub asked_at: Timestamp,
    pub lapses_at: Timestamp,
}

/// A visit as it is stored.
struct Row {
    id: Uuid,
    operator_id: Uuid,
    operator_name: String,
    reason: String,
    reference: String,
    minutes: i16,
    powers: String,
    state: String,
    asked_at: jiff_sqlx::Timestamp,
    lapses_at: jiff_sqlx::Timestamp,
    is_by_window: bool,
    decided_by: Option<Uuid>,
    started_at: Option<jiff_sqlx::Timestamp>,
    ends_at: Option<jiff_sqlx::Timestamp>,
    ended_at: Option<jiff_sqlx::Timestamp>,
    ended_how: Option<String>,
}

impl Row {
    fn read(self) -> VisitRow {
        let instant = |at: Option<jiff_sqlx::Timestamp>| at.map(jiff_sqlx::Timestamp::to_jiff);
        VisitRow {
            id: VisitId::from_uuid(self.id),
            operator: OperatorId::from_uuid(self.operator_id),
            operator_name: self.operator_name,
            reason: self.reason,
            reference: self.reference,
            minutes: self.minutes,
            powers: VisitPowers::parse(&self.powers),
            state: match self.state.as_str() {
                "asked" => VisitState::Asked,
                "approved" => VisitState::Approved,
                "running" => VisitState::Running,
                "refused" => VisitState::Refused,
                "ended" => VisitState::Ended(Ended::of_name(self.ended_how.as_deref().unwrap_or_default())),
                _ => VisitState::Lapsed,
            },
            asked_at: self.asked_at.to_jiff(),
            lapses_at: self.lapses_at.to_jiff(),
            is_by_window: self.is_by_window,
            decided_by: self.decided_by.map(AccountId::from_uuid),
            started_at: instant(self.started_at),
            ends_at: instant(self.ends_at),
            ended_at: instant(self.ended_at),
        }
    }
}

pub(super) async fn find_rules(tx: &mut TenantTx) -> Result<Option<Rules>, DbError> {
    let row = sqlx::query!("select mode, window_from, window_until, set_by from visit_rules")
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|row| Rules {
        mode: match (row.mode.as_str(), row.window_from, row.window_until) {
            ("window", Some(from), Some(until)) => Mode::Window {
                from: from.to_jiff(),
                until: until.to_jiff(),
            },
            ("never", ..) => Mode::Never,
            _ => Mode::Ask,
        },
        set_by: Some(AccountId::from_uuid(row.set_by)),
    }))
}

pub(super) async fn upsert_rules(tx: &mut TenantTx, mode: Mode, by: AccountId, now: Timestamp) -> Result<(), DbError> {
    let (name, window) = match mode {
        Mode::Never => ("never", None),
        Mode::Ask => ("ask", None),
        Mode::Window { from, until } => ("window", Some((from, until))),
    };
    sqlx::query!(
        "insert into visit_rules (tenant_id, mode, window_from, window_until, set_by, set_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (tenant_id) do update set mode = excluded.mode, window_from = excluded.window_from,
             window_until = excluded.window_until, set_by = excluded.set_by, set_at = excluded.set_at",
        tx.tenant().uuid(),
        name,
        window.map(|(from, _)| from.to_sqlx()) as _,
        window.map(|(_, until)| until.to_sqlx()) as _,
        by.uuid(),
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Makes an operator ask one question at a time.
pub(super) async fn lock_operator(tx: &mut TenantTx, operator: OperatorId) -> Result<(), DbError> {
    let key = format!("visit:{}:{}", tx.tenant().uuid(), operator.uuid());
    sqlx::query_scalar!(
        r#"select true as "locked!" from (select pg_advisory_xact_lock(hashtextextended($1, 0))) l"#,
        key
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn insert(tx: &mut TenantTx, new: &NewVisit<'_>) -> Result<(), DbError> {
    let is_admitted = new.admitted_by.is_some();
    sqlx::query!(
        "insert into visits (tenant_id, id, operator_id, operator_name, reason, reference, minutes, powers, state, asked_at,
             lapses_at, is_by_window, decided_by, decided_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        tx.tenant().uuid(),
        new.id.uuid(),
        new.operator.uuid(),
        new.operator_name,
        new.reason,
        new.reference,
        new.minutes,
        new.powers.names(),
        if is_admitted { "approved" } else { "asked" },
        new.asked_at.to_sqlx() as _,
        new.lapses_at.to_sqlx() as _,
        is_admitted,
        new.admitted_by.map(AccountId::uuid),
        new.admitted_by.map(|_| new.asked_at.to_sqlx()) as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn find(tx: &mut TenantTx, id: VisitId) -> Result<Option<VisitRow>, DbError> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, operator_id, operator_name, reason, reference, minutes, powers, state, asked_at,
               lapses_at, is_by_window, decided_by, started_at,
               ends_at, ended_at, ended_how
           from visits where id = $1"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Row::read))
}

pub(super) async fn list(tx: &mut TenantTx, of: Option<OperatorId>, limit: i64) -> Result<Vec<VisitRow>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, operator_id, operator_name, reason, reference, minutes, powers, state, asked_at,
               lapses_at, is_by_window, decided_by, started_at,
               ends_at, ended_at, ended_how
           from visits where $1::uuid is null or operator_id = $1 order by asked_at desc, id desc limit $2"#,
        of.map(OperatorId::uuid),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Row::read).collect())
}

/// Lists what is asked, granted or running by the rows; the clock may know better.
pub(super) async fn list_open(tx: &mut TenantTx) -> Result<Vec<VisitRow>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, operator_id, operator_name, reason, reference, minutes, powers, state, asked_at,
               lapses_at, is_by_window, decided_by, started_at,
               ends_at, ended_at, ended_how
           from visits where state in ('asked', 'approved', 'running') order by operator_id limit $1"#,
        MAX_OPEN
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Row::read).collect())
}

pub(super) async fn answer(
    tx: &mut TenantTx,
    id: VisitId,
    (by, lets_in): (AccountId, bool),
    now: Timestamp,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update visits set state = $2, decided_by = $3, decided_at = $4 where id = $1 and state = 'asked'",
        id.uuid(),
        if lets_in { "approved" } else { "refused" },
        by.uuid(),
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn keep_code(
    tx: &mut TenantTx,
    id: VisitId,
    (code, until): (TokenHash, Timestamp),
    (session, session_until): (TokenHash, Timestamp),
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update visits set code_hash = $2, code_until = $3, operator_session = $4, session_until = $5
         where id = $1 and state = 'approved'",
        id.uuid(),
        code.as_bytes(),
        until.to_sqlx() as _,
        session.as_bytes(),
        session_until.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Finds the visit of a code that counts, who let the operator in, and when the operator's session ends.
pub(super) async fn find_by_code(
    tx: &mut TenantTx,
    code: TokenHash,
    now: Timestamp,
) -> Result<Option<(VisitRow, AccountId, Timestamp)>, DbError> {
    let row = sqlx::query!(
        r#"select id, decided_by as "decided_by!", session_until as "session_until!" from visits
           where code_hash = $1 and code_until > $2 and state = 'approved'"#,
        code.as_bytes(),
        now.to_sqlx() as _,
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let visit = find(tx, VisitId::from_uuid(row.id)).await?;
    Ok(visit.map(|visit| (visit, AccountId::from_uuid(row.decided_by), row.session_until.to_jiff())))
}

pub(super) async fn start(
    tx: &mut TenantTx,
    id: VisitId,
    (token, csrf): (&SessionToken, &CsrfToken),
    (now, ends_at): (Timestamp, Timestamp),
) -> Result<bool, DbError> {
    let hash = token.hash();
    let done = sqlx::query!(
        "update visits set state = 'running', token_hash = $2, csrf_token = $3, started_at = $4, ends_at = $5,
             code_hash = null, code_until = null
         where id = $1 and state = 'approved'",
        id.uuid(),
        hash.as_bytes(),
        csrf.expose(),
        now.to_sqlx() as _,
        ends_at.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn find_running(
    tx: &mut TenantTx,
    token: TokenHash,
    now: Timestamp,
) -> Result<Option<RunningVisit>, DbError> {
    let row = sqlx::query!(
        r#"select id, operator_id, operator_name, reason, powers, decided_by as "decided_by!",
               csrf_token as "csrf_token!", operator_session as "operator_session!", ends_at as "ends_at!"
           from visits where token_hash = $1 and state = 'running' and ends_at > $2"#,
        token.as_bytes(),
        now.to_sqlx() as _,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| RunningVisit {
        visit: Visit {
            id: VisitId::from_uuid(row.id),
            operator: OperatorId::from_uuid(row.operator_id),
            on_behalf_of: AccountId::from_uuid(row.decided_by),
            powers: VisitPowers::parse(&row.powers),
        },
        operator_name: row.operator_name,
        reason: row.reason,
        csrf: CsrfToken::from_row(row.csrf_token),
        operator_session: TokenHash::from_row(&row.operator_session),
        ends_at: row.ends_at.to_jiff(),
    }))
}

pub(super) async fn end(tx: &mut TenantTx, id: VisitId, how: Ended, at: Timestamp) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update visits set state = 'ended', ended_at = $2, ended_how = $3 where id = $1 and state = 'running'",
        id.uuid(),
        at.to_sqlx() as _,
        how.name(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn lapse(tx: &mut TenantTx, id: VisitId) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update visits set state = 'lapsed', code_hash = null, code_until = null
         where id = $1 and state in ('asked', 'approved')",
        id.uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn set_out(
    tx: &mut PlatformTx,
    (operator, session): (OperatorId, TokenHash),
    row: DeskRow,
    (now, until): (Timestamp, Timestamp),
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into platform.operator_visits as v (operator_id, tenant_id, visit_id, session_hash, ends_at)
         values ($1, $2, $3, $4, $5)
         on conflict (operator_id) do update set tenant_id = $2, visit_id = $3, session_hash = $4, ends_at = $5
             where v.ends_at <= $6 or v.visit_id = $3",
        operator.uuid(),
        row.tenant.uuid(),
        row.visit.uuid(),
        session.as_bytes(),
        until.to_sqlx() as _,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn come_back(tx: &mut PlatformTx, visit: VisitId) -> Result<(), DbError> {
    // A row an operator: a table of a few rows.
    sqlx::query!("delete from platform.operator_visits where visit_id = $1", visit.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn take_of_session(tx: &mut PlatformTx, session: TokenHash) -> Result<Option<DeskRow>, DbError> {
    let row = sqlx::query!(
        "delete from platform.operator_visits where session_hash = $1 returning tenant_id, visit_id",
        session.as_bytes()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| DeskRow {
        tenant: TenantId::from_uuid(row.tenant_id),
        visit: VisitId::from_uuid(row.visit_id),
    }))
}

pub(super) async fn is_session_alive(tx: &mut PlatformTx, session: TokenHash, now: Timestamp) -> Result<bool, DbError> {
    let alive = sqlx::query_scalar!(
        r#"select exists (select from platform.sessions where token_hash = $1 and expires_at > $2) as "alive!""#,
        session.as_bytes(),
        now.to_sqlx() as _,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(alive)
}
