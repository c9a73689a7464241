//! Rows that a run needs and that no buyer makes: tickets sold long ago, and thousands of tenants.
//!
//! They are inserted as sets by the administrator. Foreign keys are not checked while that happens; the sets are
//! consistent by their making, and the books are compared at the end.

use std::fmt::Write as _;

use bilten_kernel::{Secret, TicketId};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uuid::Uuid;

use crate::shop::Sale;

/// Tickets of one order.
const PER_ORDER: u64 = 10;
/// Ids of seeded rows are time-ordered, of the year 2024, and counted through.
const FIRST: u128 = 0x0190_0000_0000_7000_8000_0000_0000_0000;
/// No seeded row has an id above it.
pub const LAST: Uuid = Uuid::from_u128(FIRST + 0x0fff_ffff_ffff_ffff);
/// Tables of which each tenant gets what the first one has.
const COPIED: [&str; 12] = [
    "tenant_settings",
    "signing_keys",
    "accounts",
    "organizers",
    "role_permissions",
    "memberships",
    "api_keys",
    "venues",
    "events",
    "capacity_pools",
    "ticket_types",
    "ticket_type_pools",
];

/// Id of the n-th seeded ticket, order line, order or hold.
pub fn ticket(number: u64) -> TicketId {
    TicketId::from_uuid(Uuid::from_u128(FIRST + u128::from(number)))
}

/// Host of the n-th tenant that was copied.
pub fn host(number: u64) -> String {
    format!("t{number}.localhost")
}

/// Inserts tickets number `from` to `to`, sold and unused, of the free type; both are multiples of ten.
pub async fn tickets(admin: &Secret<String>, sale: &Sale, from: u64, to: u64) -> anyhow::Result<()> {
    let (tenant, event, kind) = (sale.tenant.uuid(), sale.event.uuid(), sale.free.uuid());
    let (count, orders) = (to - from, (from / PER_ORDER, to / PER_ORDER - 1));
    let id = |number: &str| format!("('0190000000007000' || '8' || lpad(to_hex({number}), 15, '0'))::uuid");
    let (order, ticket, of_ticket) = (id("o"), id("t"), id("t / 10"));
    let each_order = format!("from generate_series({}, {}) as o", orders.0, orders.1);
    let each_ticket = format!("from generate_series({from}, {}) as t", to - 1);
    let (then, until) = (
        "timestamptz '2026-01-02 03:04:05Z'",
        "timestamptz '2026-01-02 03:19:05Z'",
    );
    let script = format!(
        "set session_replication_role = replica; set synchronous_commit = off;
         insert into bilten.holds (tenant_id, id, event_id, state, currency, expires_at, created_at)
         select '{tenant}', {order}, '{event}', 'converted', 'EUR', {until}, {then} {each_order};
         insert into bilten.hold_lines (tenant_id, hold_id, ticket_type_id, quantity, unit_price_minor)
         select '{tenant}', {order}, '{kind}', {PER_ORDER}, 0 {each_order};
         insert into bilten.orders (tenant_id, id, code, event_id, hold_id, state, channel, buyer_email, buyer_email_norm,
                                    buyer_name, locale, currency, total_minor, created_at, paid_at)
         select '{tenant}', {order}, 'S' || o, '{event}', {order}, 'paid', 'api', 'b@example.org', 'b@example.org',
                'Buyer', 'en', 'EUR', 0, {then}, {then} {each_order};
         insert into bilten.order_lines (tenant_id, id, order_id, ticket_type_id, position, quantity, unit_price_minor)
         select '{tenant}', {order}, {order}, '{kind}', 0, {PER_ORDER}, 0 {each_order};
         insert into bilten.tickets (tenant_id, id, order_id, order_line_id, ordinal, event_id, ticket_type_id, holder_name, key_id, issued_at)
         select '{tenant}', {ticket}, {of_ticket}, {of_ticket}, t % 10 + 1, '{event}', '{kind}', 'Buyer', 1, {then} {each_ticket};
         update bilten.capacity_pools set sold = sold + {count}, capacity = 1000000000
         where tenant_id = '{tenant}' and id in (select pool_id from bilten.ticket_type_pools where ticket_type_id = '{kind}');
         vacuum analyze bilten.tickets"
    );
    run(admin, &script).await
}

/// Makes all pools of the shop so large that they are never sold out.
pub async fn enlarge(admin: &Secret<String>) -> anyhow::Result<()> {
    run(admin, "update bilten.capacity_pools set capacity = 1000000000").await
}

/// Gives back what is in carts, so that the next measurement begins with none.
pub async fn empty_carts(admin: &Secret<String>) -> anyhow::Result<()> {
    let script = "update bilten.holds set state = 'released' where state = 'held';
                  update bilten.capacity_pools set held = 0 where held > 0;
                  vacuum analyze bilten.holds; vacuum analyze bilten.hold_lines";
    run(admin, script).await
}

/// Copies the shop to tenants number `from` to `to`, with the same ids and the same key, at hosts of their own.
pub async fn tenants(admin: &Secret<String>, sale: &Sale, from: u64, to: u64) -> anyhow::Result<()> {
    let first = sale.tenant.uuid();
    let mut connection = PgConnection::connect(admin.expose()).await?;
    let id = "('0190000000007001' || '8' || lpad(to_hex(n), 15, '0'))::uuid";
    let each = format!("from generate_series({from}, {}) as n", to - 1);
    let mut script = format!(
        "set session_replication_role = replica; set synchronous_commit = off;
         insert into platform.tenants (id, slug, name, status, created_at)
         select {id}, 't' || n, 'Tenant ' || n, 'active', timestamptz '2026-01-02 03:04:05Z' {each};
         insert into platform.hosts (host, tenant_id, kind, is_primary, created_at)
         select 't' || n || '.localhost', {id}, 'platform', true, timestamptz '2026-01-02 03:04:05Z' {each};"
    );
    for table in COPIED {
        let columns: String = sqlx::query_scalar(
            "select string_agg(quote_ident(column_name), ', ') from information_schema.columns
             where table_schema = 'bilten' and table_name = $1 and column_name <> 'tenant_id'",
        )
        .bind(table)
        .fetch_one(&mut connection)
        .await?;
        write!(
            script,
            "insert into bilten.{table} (tenant_id, {columns})
             select {id}, {columns} from bilten.{table} cross join generate_series({from}, {}) as n where tenant_id = '{first}';",
            to - 1
        )?;
    }
    write!(
        script,
        "update bilten.capacity_pools set held = 0, sold = 0
         where tenant_id in (select {id} {each}) and held + sold > 0; analyze"
    )?;
    run(admin, &script).await
}

/// Inserts tickets for the bare program, with the ids of [`ticket`].
pub async fn bare_tickets(admin: &Secret<String>, count: u64) -> anyhow::Result<()> {
    let script = format!(
        "insert into tickets select ('0190000000007000' || '8' || lpad(to_hex(t), 15, '0'))::uuid, null, null, 'Buyer', 'issued'
         from generate_series(0, {}) as t; vacuum analyze tickets",
        count - 1
    );
    run(admin, &script).await
}

/// Runs statements one after the other, each in a transaction of its own, as `vacuum` asks for.
async fn run(admin: &Secret<String>, script: &str) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(admin.expose()).await?;
    for statement in script.split(';').filter(|statement| !statement.trim().is_empty()) {
        connection.execute(AssertSqlSafe(statement.to_owned())).await?;
    }
    connection.close().await?;
    Ok(())
}
