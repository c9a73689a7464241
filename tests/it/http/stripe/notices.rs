//! Stripe's notices: believed only when signed, stored sealed, and only a reason to ask.

use bilten_kernel::ApiScopes;
use bilten_tests::fakes::stripe::Standing;
use serde_json::json;

use super::desk::Desk;

const STORED: &str = "select count(*) from bilten.provider_events";

/// 37, 38
#[tokio::test]
async fn what_is_not_signed_now_and_by_stripe_is_not_believed() {
    let desk = Desk::open().await;
    let account = desk.connect().await;
    desk.fake.set_standing(&account, Standing::Sells);
    let body = desk.fake.take_notices().pop().unwrap().to_string();
    let now = desk.app.ctx(&desk.app.alfa).now();
    let good = desk.fake.sign(now, &body);
    let old = desk.fake.sign(now - jiff::SignedDuration::from_secs(301), &body);
    let (host, path) = ("platform.localhost", "/webhooks/stripe/connect");
    for (signature, text) in [
        ("", &body),
        ("t=1,v1=00", &body),
        (&old, &body),
        (&good, &format!("{body} ")),
    ] {
        let answer = desk.send_raw(host, path, signature, text.clone()).await;
        assert_eq!(answer.status, 401, "{signature}");
    }
    let junk = "[1]".to_owned();
    let signature = desk.fake.sign(now, &junk);
    assert_eq!(desk.send_raw(host, path, &signature, junk).await.status, 400);
    let huge = "x".repeat(300 * 1024);
    assert_eq!(desk.send_raw(host, path, &good, huge).await.status, 413);
    assert_eq!(
        desk.send_raw(host, "/webhooks/stripe/elsewhere", &good, body.clone())
            .await
            .status,
        404
    );
    assert_eq!(
        desk.send_raw(&desk.shop.host, "/webhooks/stripe", &good, body.clone())
            .await
            .status,
        404
    );
    assert_eq!(desk.count(STORED).await, 0);
    // While a secret is being changed Stripe signs with both.
    let (time, mark) = good.split_once(',').unwrap();
    let both = format!("{time},{mark},v1=0011");
    assert_eq!(desk.send_raw(host, path, &both, body).await.status, 200);
    assert_eq!(desk.count(STORED).await, 1);
}

/// 31, 32, 33
#[tokio::test]
async fn notices_twice_and_in_any_order_lead_to_one_paid_order() {
    let desk = Desk::open().await;
    let account = desk.connect_and_finish().await;
    let pay = desk.to_the_pay_page().await;
    desk.pay(&pay, "ctoken_challenge_1").await;
    let payment = desk.fake.payments_on(&account).pop().unwrap();
    desk.fake.finish_challenge(&payment, true);
    let mut notices = desk.fake.take_notices();
    notices.reverse();
    let twice: Vec<_> = notices.iter().chain(&notices).cloned().collect();
    for notice in &twice {
        assert_eq!(desk.send(notice).await.status, 200);
    }
    desk.web.run_jobs().await;
    let paid = "select count(*) from bilten.orders where state = 'paid'";
    assert_eq!(desk.count(paid).await, 1);
    let waiting = "select count(*) from bilten.provider_events where processed_at is null";
    assert_eq!(desk.count(waiting).await, 0);
    let mails = "select count(*) from bilten.outbox_events where kind = 'order_paid'";
    assert_eq!(desk.count(mails).await, 1);
}

/// 40
#[tokio::test]
async fn what_concerns_another_mode_or_nobody_here_is_taken_and_dropped() {
    let desk = Desk::open().await;
    let account = desk.connect().await;
    desk.fake.set_standing(&account, Standing::Sells);
    let notice = desk.fake.take_notices().pop().unwrap();
    let mut live = notice.clone();
    live["livemode"] = json!(true);
    let mut foreign = notice.clone();
    foreign["account"] = json!("acct_of_somebody_else");
    let mut platform = notice.clone();
    platform.as_object_mut().unwrap().remove("account");
    for dropped in [live, foreign, platform] {
        assert_eq!(desk.send(&dropped).await.status, 200);
    }
    assert_eq!(desk.count(STORED).await, 0);
}

/// 41
#[tokio::test]
async fn another_tenants_account_cannot_speak_of_our_payments() {
    let desk = Desk::open().await;
    let ours = desk.connect_and_finish().await;
    let pay = desk.to_the_pay_page().await;
    desk.pay(&pay, "ctoken_challenge_1").await;
    let payment = desk.fake.payments_on(&ours).pop().unwrap();
    let other = desk.web.open_shop(&desk.app, "sud", ApiScopes::all()).await;
    let theirs = desk.fake.account_that_sells();
    let mut admin = desk.app.test_db.admin().await;
    sqlx::query("insert into platform.payee_directory values ('stripe', $1, $2, '2031-05-01')")
        .bind(&theirs)
        .bind(other.id.uuid())
        .execute(&mut admin)
        .await
        .unwrap();
    desk.fake.finish_challenge(&payment, true);
    let mut forged = desk.fake.take_notices().pop().unwrap();
    forged["account"] = json!(theirs);
    assert_eq!(desk.send(&forged).await.status, 200);
    // And an account of our own that did not take the payment.
    let spare = desk.fake.account_that_sells();
    sqlx::query("insert into platform.payee_directory values ('stripe', $1, $2, '2031-05-01')")
        .bind(&spare)
        .bind(desk.shop.id.uuid())
        .execute(&mut admin)
        .await
        .unwrap();
    let mut odd = forged.clone();
    odd["account"] = json!(spare);
    odd["id"] = json!("evt_odd");
    assert_eq!(desk.send(&odd).await.status, 200);
    desk.web.run_jobs().await;
    let paid = "select count(*) from bilten.orders where state = 'paid'";
    assert_eq!(desk.count(paid).await, 0, "neither moved anything");
    let waiting = "select count(*) from bilten.provider_events where processed_at is null";
    assert_eq!(desk.count(waiting).await, 0, "and neither is looked at for ever");
}

#[tokio::test]
async fn notices_are_stored_sealed() {
    let desk = Desk::open().await;
    let account = desk.connect().await;
    desk.fake.set_standing(&account, Standing::Sells);
    let notice = desk.fake.take_notices().pop().unwrap();
    desk.send(&notice).await;
    let clear = "select count(*) from bilten.provider_events where payload is not null or sealed is null \
                 or position('external_account' in encode(sealed, 'escape')) > 0";
    assert_eq!((desk.count(STORED).await, desk.count(clear).await), (1, 0));
}

/// 36
#[tokio::test]
async fn notices_that_never_arrived_are_fetched_within_the_hour() {
    let desk = Desk::open().await;
    let account = desk.connect_and_finish().await;
    let pay = desk.to_the_pay_page().await;
    desk.pay(&pay, "ctoken_later_1").await;
    let payment = desk.fake.payments_on(&account).pop().unwrap();
    desk.fake.finish_processing(&payment, true);
    desk.fake.take_notices();
    desk.fake.set_standing(&account, Standing::Overdue);
    desk.fake.take_notices();
    desk.app.advance(jiff::SignedDuration::from_mins(61));
    desk.web.run_jobs().await;
    desk.web.run_jobs().await;
    let paid = "select count(*) from bilten.orders where state = 'paid'";
    assert_eq!(desk.count(paid).await, 1);
    let restricted = "select count(*) from bilten.payee_accounts where state = 'restricted'";
    assert_eq!(desk.count(restricted).await, 1);
}

/// 39
#[tokio::test]
async fn a_notice_of_a_newer_version_is_kept_and_only_a_reason_to_ask() {
    let desk = Desk::open().await;
    let account = desk.connect_and_finish().await;
    let pay = desk.to_the_pay_page().await;
    desk.pay(&pay, "ctoken_challenge_1").await;
    let payment = desk.fake.payments_on(&account).pop().unwrap();
    let before = desk.count(STORED).await;
    let notice = |id: &str, kind: &str| {
        json!({ "id": id, "object": "event", "api_version": "2041-01-01.future", "type": kind, "livemode": false,
                "account": account, "created": "tomorrow", "context": { "brand_new": [] },
                "data": { "object": { "object": "payment_intent", "id": payment, "status": "teleported", "amount": "a lot" } } })
    };
    for (id, kind) in [
        ("evt_a", "payment_intent.succeeded"),
        ("evt_b", "payment_intent.teleported"),
    ] {
        assert_eq!(desk.send(&notice(id, kind)).await.status, 200);
    }
    desk.web.run_jobs().await;
    assert_eq!(desk.count(STORED).await, before + 2, "they are kept");
    let paid = "select count(*) from bilten.orders where state = 'paid'";
    assert_eq!(desk.count(paid).await, 0, "what a notice says is no fact");
    desk.fake.finish_challenge(&payment, true);
    assert_eq!(
        desk.send(&notice("evt_c", "payment_intent.teleported")).await.status,
        200
    );
    desk.web.run_jobs().await;
    assert_eq!(desk.count(paid).await, 1, "the answer is");
    let waiting = "select count(*) from bilten.provider_events where processed_at is null";
    assert_eq!(desk.count(waiting).await, 0);
}
