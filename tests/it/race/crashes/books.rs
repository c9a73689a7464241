//! What must be true whatever died: counted from rows, as the database's administrator.

use std::{collections::BTreeSet, fs};

use bilten_kernel::OrderId;
use bilten_tenancy::audit;
use bilten_tests::{Shopkeeper, TestApp, Web};
use sqlx::{Connection as _, PgConnection};

/// Each counts what must not be there.
const FAULTS: [(&str, &str); 15] = [
    (
        "pools whose held places differ from the carts'",
        "select count(*) from bilten.capacity_pools p where held <> (
             select coalesce(sum(l.quantity), 0) from bilten.ticket_type_pools t
             join bilten.hold_lines l using (tenant_id, ticket_type_id)
             join bilten.holds h on (h.tenant_id, h.id) = (l.tenant_id, l.hold_id)
             where (t.tenant_id, t.pool_id) = (p.tenant_id, p.id) and h.state in ('held', 'pinned', 'cancelling'))",
    ),
    (
        "pools whose sold places differ from the tickets",
        "select count(*) from bilten.capacity_pools p where sold <> (
             select count(*) from bilten.ticket_type_pools t join bilten.tickets k using (tenant_id, ticket_type_id)
             where (t.tenant_id, t.pool_id) = (p.tenant_id, p.id) and k.state = 'issued')",
    ),
    (
        "places that are held though nobody buys any more",
        "select coalesce(sum(held), 0)::bigint from bilten.capacity_pools",
    ),
    (
        "orders that have other tickets than they say",
        "select count(*) from bilten.orders o where
             (select count(*) from bilten.tickets k where (k.tenant_id, k.order_id) = (o.tenant_id, o.id) and k.state = 'issued')
             <> case when o.state = 'paid' then (select sum(quantity) from bilten.order_lines l
                                                 where (l.tenant_id, l.order_id) = (o.tenant_id, o.id)) else 0 end",
    ),
    (
        "orders whose money at the provider differs from what they say",
        "select count(*) from bilten.orders o where
             (select coalesce(sum(s.amount_minor - s.refunded_minor), 0) from bilten.sandbox_payments s
              join bilten.payment_attempts a on (a.tenant_id, a.id) = (s.tenant_id, s.attempt_id)
              where (a.tenant_id, a.order_id) = (o.tenant_id, o.id) and s.state = 'succeeded')
             <> case when o.state = 'paid' then o.total_minor else 0 end",
    ),
    (
        "payments at the provider that belong to no attempt",
        "select count(*) from bilten.sandbox_payments s where not exists (
             select from bilten.payment_attempts a where (a.tenant_id, a.id) = (s.tenant_id, s.attempt_id))",
    ),
    (
        "orders that were charged more than once",
        "select count(*) from (select from bilten.sandbox_payments s
             join bilten.payment_attempts a on (a.tenant_id, a.id) = (s.tenant_id, s.attempt_id)
             where s.state = 'succeeded' group by a.tenant_id, a.order_id having count(*) > 1) twice",
    ),
    (
        "attempts that disagree with the provider",
        "select count(*) from bilten.payment_attempts a join bilten.sandbox_payments s
             on (a.tenant_id, a.id) = (s.tenant_id, s.attempt_id)
             where (a.state = 'succeeded') <> (s.state = 'succeeded')",
    ),
    (
        "attempts that are still under way",
        "select count(*) from bilten.payment_attempts
             where state in ('created', 'confirming', 'action_required', 'processing') or quarantine is not null",
    ),
    (
        "refunds that are still under way",
        "select count(*) from bilten.refunds where state not in ('succeeded')",
    ),
    (
        "facts that nobody was told of",
        "select count(*) from bilten.outbox_events where dispatched_at is null",
    ),
    (
        "jobs that were not done",
        "select count(*) from bilten.jobs where state <> 'done' and kind not in ('event.end', 'billing.tend_money', 'billing.watch_money')",
    ),
    (
        "webhooks that were not followed up",
        "select count(*) from bilten.provider_events where processed_at is null",
    ),
    (
        "keys whose request never ended",
        "select count(*) from bilten.idempotency_keys where leased_until is not null",
    ),
    (
        "orders of other tenants",
        "select count(*) from bilten.orders where tenant_id <> (select id from platform.tenants where slug = 'nord')",
    ),
];

/// What the books hold.
#[derive(Debug)]
pub(crate) struct Books {
    pub paid: usize,
    pub tickets: i64,
    pub money: i64,
    pub webhooks: i64,
    pub links: i64,
}

/// Checks everything, and tells what there is.
pub(crate) async fn check(app: &TestApp, web: &Web, shop: &Shopkeeper) -> Books {
    let mut admin = app.test_db.admin().await;
    let left: Vec<String> = sqlx::query_scalar(
        "select concat_ws(' ', kind, state, attempts, run_at, last_error) from bilten.jobs where state <> 'done' order by run_at limit 5",
    )
    .fetch_all(&mut admin)
    .await
    .unwrap();
    for (fault, query) in FAULTS {
        assert_eq!(
            count(&mut admin, query).await,
            0,
            "{fault}; jobs that are left: {left:?}"
        );
    }
    let paid: Vec<uuid::Uuid> = sqlx::query_scalar("select id from bilten.orders where state = 'paid'")
        .fetch_all(&mut admin)
        .await
        .unwrap();
    let paid: BTreeSet<String> = paid.into_iter().map(|id| OrderId::from_uuid(id).to_string()).collect();
    let once = |what: &str, told: Vec<String>| {
        let each: BTreeSet<String> = told.iter().cloned().collect();
        assert_eq!(each.len(), told.len(), "{what}: some twice");
        assert_eq!(each, paid, "{what}: each paid order, and no other");
    };
    let facts =
        "select payload ->> 'order' from bilten.outbox_events where kind = 'order_paid' and dispatched_at is not null";
    once("facts", list(&mut admin, facts).await);
    let jobs = "select payload ->> 'order' from bilten.jobs where kind = 'mail.order_confirmation' and state = 'done'";
    once("jobs that mail", list(&mut admin, jobs).await);
    once("mails", mails(web, shop));
    let books = Books {
        paid: paid.len(),
        tickets: count(&mut admin, "select count(*) from bilten.tickets where state = 'issued'").await,
        money: count(
            &mut admin,
            "select coalesce(sum(amount_minor), 0)::bigint from bilten.sandbox_payments where state = 'succeeded'",
        )
        .await,
        webhooks: count(&mut admin, "select count(*) from bilten.provider_events").await,
        links: verify_audit(app, web, shop).await,
    };
    admin.close().await.unwrap();
    books
}

async fn count(admin: &mut PgConnection, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(admin).await.unwrap()
}

async fn list(admin: &mut PgConnection, query: &'static str) -> Vec<String> {
    sqlx::query_scalar(query).fetch_all(admin).await.unwrap()
}

/// Lists the orders whose tickets lie in the mailbox, once for each mail.
fn mails(web: &Web, shop: &Shopkeeper) -> Vec<String> {
    let folder = web.state.config.data_dir.join("mail").join(shop.id.uuid().to_string());
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap());
    let whole = files.filter_map(|name| name.strip_suffix(".json").map(str::to_owned));
    whole
        .map(|name| name.split_once('-').expect("time and order").1.to_owned())
        .collect()
}

/// No link of the audit chain is missing or was changed; returns how many there are.
async fn verify_audit(app: &TestApp, web: &Web, shop: &Shopkeeper) -> i64 {
    let ctx = app.ctx(&app.alfa).in_tenant(shop.id);
    let mut tx = web.state.db.begin(&ctx).await.unwrap();
    audit::verify(&mut tx).await.unwrap().expect("the chain is whole")
}
