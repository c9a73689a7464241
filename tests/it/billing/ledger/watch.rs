//! The eye that is kept on the money: verdicts, alarms, and payouts that stand still.

use bilten_billing::{
    ledger::{self, Code},
    payouts::{self, PayoutState},
    watch::{self, FindUnproven, Verdict, WATCH_JOB},
};
use bilten_kernel::Ctx;
use bilten_tenancy::jobs::Chore as _;
use bilten_tests::{TestApp, app::Tenant, db::run};

use super::{
    super::till::{PRICE, Till},
    money::{days, gathered, sell, states},
    transfer,
};

const DAY: i64 = 86_400;

async fn look(app: &TestApp, ctx: &Ctx) -> Verdict {
    watch::look(&app.db, &app.platform, ctx).await.unwrap()
}

/// What operators are told of a tenant.
async fn told(app: &TestApp, tenant: &Tenant) -> Option<Verdict> {
    let mut tx = app.platform.begin().await.unwrap();
    let verdicts = watch::list_verdicts(&mut tx).await.unwrap();
    verdicts.get(&tenant.id).map(|(verdict, ..)| *verdict)
}

fn figures() -> String {
    bilten_api::http::metrics::install().render()
}

#[tokio::test]
async fn payouts_refuse_while_the_proof_is_red_and_go_on_when_it_is_green_again() {
    let till = Till::open(5).await;
    days(&till, 30).await;
    let order = sell(&till).await;
    gathered(&till, order).await;
    days(&till, 61).await;
    assert_eq!(look(&till.app, &till.ctx()).await, Verdict::Sound);
    let mut admin = till.app.test_db.admin().await;
    run(
        &mut admin,
        "update bilten.sandbox_payments set amount_minor = amount_minor - 1",
    )
    .await;
    assert_eq!(
        look(&till.app, &till.ctx()).await,
        Verdict::Suspected,
        "once may be a payment of this second"
    );
    assert_eq!(look(&till.app, &till.ctx()).await, Verdict::Off);
    // The event's money would go now.
    till.advance(7 * DAY);
    payouts::tend(&till.checkout, &till.ctx()).await.unwrap();
    assert_eq!(states(&till).await, [], "nothing goes on red");
    run(
        &mut admin,
        "update bilten.sandbox_payments set amount_minor = amount_minor + 1",
    )
    .await;
    payouts::tend(&till.checkout, &till.ctx()).await.unwrap();
    assert_eq!(states(&till).await, [], "nothing goes until somebody has looked");
    assert_eq!(look(&till.app, &till.ctx()).await, Verdict::Sound);
    payouts::tend(&till.checkout, &till.ctx()).await.unwrap();
    assert_eq!(states(&till).await, [(PayoutState::Reserved, PRICE / 10 * 9)]);
}

#[tokio::test]
async fn a_payout_that_was_made_is_not_sent_on_red() {
    let till = Till::open(5).await;
    days(&till, 30).await;
    let order = sell(&till).await;
    gathered(&till, order).await;
    days(&till, 61).await;
    till.advance(7 * DAY);
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    let made = payouts::release(&mut tx, &ctx).await.unwrap();
    tx.commit().await.unwrap();
    let mut admin = till.app.test_db.admin().await;
    run(&mut admin, "update bilten.lots set taken_minor = taken_minor + 1").await;
    look(&till.app, &till.ctx()).await;
    assert_eq!(look(&till.app, &till.ctx()).await, Verdict::Off);
    let state = payouts::send(&till.checkout, &till.ctx(), made[0]).await.unwrap();
    assert_eq!(state, PayoutState::Reserved);
    run(&mut admin, "update bilten.lots set taken_minor = taken_minor - 1").await;
    look(&till.app, &till.ctx()).await;
    let state = payouts::send(&till.checkout, &till.ctx(), made[0]).await.unwrap();
    assert_eq!(state, PayoutState::InTransit);
}

#[tokio::test]
async fn what_nobody_explains_is_an_alarm_of_its_tenant_alone() {
    bilten_api::http::metrics::install();
    let app = TestApp::start().await;
    let (alfa, beta) = (app.ctx(&app.alfa), app.ctx(&app.beta));
    for ctx in [&alfa, &beta] {
        let mut tx = app.db.begin(ctx).await.unwrap();
        ledger::post(
            &mut tx,
            ctx,
            &transfer("a", ctx.now(), (Code::CashBox, Code::Donation), 500),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(look(&app, ctx).await, Verdict::Sound);
    }
    let mut tx = app.db.begin(&alfa).await.unwrap();
    ledger::post(
        &mut tx,
        &alfa,
        &transfer("b", alfa.now(), (Code::Suspense, Code::Donation), 70),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    for verdict in [Verdict::Suspected, Verdict::Off, Verdict::Off] {
        assert_eq!(look(&app, &alfa).await, verdict);
    }
    assert_eq!(look(&app, &beta).await, Verdict::Sound);
    assert_eq!(
        (
            told(&app, &app.alfa).await,
            told(&app, &app.beta).await,
            told(&app, &app.gamma).await
        ),
        (Some(Verdict::Off), Some(Verdict::Sound), None)
    );
    let red = |tenant: &Tenant, name: &str, value: u8| format!("{name}{{tenant=\"{}\"}} {value}", tenant.id);
    let seen = figures();
    assert!(seen.contains(&red(&app.alfa, "money_off", 1)), "{seen}");
    assert!(seen.contains(&red(&app.alfa, "money_unexplained", 1)));
    assert!(!seen.contains(&format!("tenant=\"{}\"", app.beta.id)));
    // Operators see sums, and so does the tenant; nobody sees another one's.
    let mut tx = app.platform.begin().await.unwrap();
    let stands = watch::list_stands(&mut tx).await.unwrap();
    let of = |tenant: &Tenant| {
        stands
            .iter()
            .find(|stand| stand.tenant == tenant.id)
            .unwrap()
            .unexplained
    };
    assert_eq!((of(&app.alfa), of(&app.beta)), (70, 0));
    drop(tx);
    let mut tx = app.db.begin(&beta).await.unwrap();
    let kept = watch::find(&mut tx).await.unwrap().unwrap();
    assert!(kept.checks.iter().all(|check| check.books == check.is));
    drop(tx);
    // The mistake is undone.
    let mut tx = app.db.begin(&alfa).await.unwrap();
    ledger::post(
        &mut tx,
        &alfa,
        &transfer("c", alfa.now(), (Code::Donation, Code::Suspense), 70),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(look(&app, &alfa).await, Verdict::Sound);
    assert!(figures().contains(&red(&app.alfa, "money_off", 0)));
}

#[tokio::test]
async fn whoever_booked_something_is_looked_at_once() {
    let till = Till::open(5).await;
    let jobs = async || {
        let mut admin = till.app.test_db.admin().await;
        sqlx::query_scalar::<_, i64>("select count(*) from bilten.jobs where kind = $1 and state = 'ready'")
            .bind(WATCH_JOB)
            .fetch_one(&mut admin)
            .await
            .unwrap()
    };
    let find = async || {
        let ctx = till.ctx();
        let mut tx = till.app.db.begin(&ctx).await.unwrap();
        FindUnproven.run(&ctx, &mut tx).await.unwrap();
        tx.commit().await.unwrap();
    };
    find().await;
    assert_eq!(jobs().await, 0, "nothing was booked");
    sell(&till).await;
    find().await;
    find().await;
    assert_eq!(jobs().await, 1);
    assert_eq!(look(&till.app, &till.ctx()).await, Verdict::Sound);
    let mut tx = till.app.db.begin(&till.ctx()).await.unwrap();
    assert!(watch::lets_money_go(&mut tx).await.unwrap());
    let funds = watch::find(&mut tx).await.unwrap().unwrap().funds;
    assert_eq!(
        (funds[0].provider_says, funds[0].books_say.minor),
        (Some(funds[0].books_say), PRICE)
    );
    assert!(funds[0].is_same());
}
