//! Money of the shop that goes somewhere.

use bilten_billing::{disputes::DisputeId, payouts::PayoutId};
use bilten_kernel::{AttemptId, Ctx, EventId, OrderId, TenantId};
use bilten_tests::db;

/// Something is on its way to the shop's bank.
pub async fn pay_out(admin: &mut sqlx::PgConnection, ctx: &Ctx, tenant: TenantId) -> PayoutId {
    let id: PayoutId = ctx.new_id();
    let (tenant, at) = (tenant.uuid(), ctx.now());
    db::run(
        admin,
        &format!(
            "insert into bilten.payouts (tenant_id, id, book_id, provider, currency, amount_minor, state, created_at, updated_at)
             select '{tenant}', '{}', b.id, 'sandbox', 'NOK', 1, 'paid', '{at}', '{at}'
             from bilten.ledger_books b where b.tenant_id = '{tenant}' and b.kind = 'payee' limit 1",
            id.uuid()
        ),
    )
    .await;
    id
}

/// The buyer contests the payment of an order; the provider has not taken it, so that nothing follows from it.
pub async fn contest(
    admin: &mut sqlx::PgConnection,
    ctx: &Ctx,
    (tenant, event): (TenantId, EventId),
    (order, attempt): (OrderId, AttemptId),
) -> DisputeId {
    let id: DisputeId = ctx.new_id();
    let (tenant, at) = (tenant.uuid(), ctx.now());
    let until = at + jiff::SignedDuration::from_hours(24 * 10);
    db::run(
        admin,
        &format!(
            "insert into bilten.disputes (tenant_id, id, attempt_id, order_id, event_id, provider, provider_ref, amount_minor,
                                          fee_minor, currency, state, opened_at, due_by, updated_at, reason)
             values ('{tenant}', '{}', '{}', '{}', '{}', 'sandbox', 'sbd_walk', 1, 0, 'NOK', 'warning', '{at}', '{until}', '{at}',
                     'general')",
            id.uuid(),
            attempt.uuid(),
            order.uuid(),
            event.uuid()
        ),
    )
    .await;
    id
}
