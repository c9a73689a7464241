//! An owner takes his account away from the platform while money is under way.

use bilten_kernel::OrderId;

use super::desk::Desk;

/// 84
#[tokio::test]
async fn an_account_that_leaves_sells_no_more_and_what_it_took_is_given_back_by_hand() {
    let desk = Desk::open().await;
    let account = desk.connect_and_finish().await;
    let (_, ticket_type) = desk.web.open_sale(&desk.shop, 10, super::desk::PRICE).await;
    let paid = desk.to_the_pay_page_of(&ticket_type).await;
    desk.pay(&paid, "ctoken_visa_1").await;
    let open = desk.to_the_pay_page_of(&ticket_type).await;
    desk.pay(&open, "ctoken_challenge_1").await;
    let late = desk.to_the_pay_page_of(&ticket_type).await;
    desk.fake.take_away(&account);
    desk.deliver().await;
    // Selling stops: nothing is taken, by nobody, and no ticket is given away either.
    let refused = desk.pay(&late, "ctoken_visa_2").await;
    assert!(!refused.text.contains("Thank you"), "{}", refused.text);
    let paid_orders = "select count(*) from bilten.orders where state = 'paid'";
    assert_eq!(desk.count(paid_orders).await, 1);
    // What was open ends with its time, and its place is free.
    for _ in 0..4 {
        desk.app.advance(jiff::SignedDuration::from_mins(10));
        desk.web.run_jobs().await;
    }
    let failed =
        "select count(*) from bilten.payment_attempts where state = 'failed' and decline_code = 'account_gone'";
    assert_eq!(desk.count(failed).await, 1);
    let kept = "select count(*) from bilten.holds where state in ('pinned', 'cancelling')";
    assert_eq!(desk.count(kept).await, 0);
    // A refund cannot be sent any more: it is owed, once, and the shop is told.
    let order: OrderId = order_of(&desk).await;
    let cancel = format!("/manage/orders/{order}/cancellation");
    let key = [("request_key", "0123456789abcdef")];
    assert_eq!(desk.web.submit(&desk.owner, &cancel, &key).await.status, 303);
    for _ in 0..3 {
        desk.web.run_jobs().await;
        desk.app.advance(jiff::SignedDuration::from_mins(10));
    }
    let refused = "select count(*) from bilten.refunds where state = 'failed'";
    assert_eq!(desk.count(refused).await, 1);
    let page = desk
        .web
        .look(&desk.owner, &format!("/manage/orders/{order}"))
        .await
        .text;
    assert!(page.contains("Refused"), "{page}");
    let told =
        "select count(*) from bilten.outbox_events where kind = 'money_notice' and payload->>'what' = 'account_gone'";
    assert_eq!(desk.count(told).await, 1);
    let told =
        "select count(*) from bilten.outbox_events where kind = 'money_notice' and payload->>'what' = 'refund_by_hand'";
    assert_eq!(desk.count(told).await, 1);
}

async fn order_of(desk: &Desk) -> OrderId {
    let mut admin = desk.app.test_db.admin().await;
    let id: uuid::Uuid = sqlx::query_scalar("select id from bilten.orders where state = 'paid'")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    id.into()
}
