use bilten_core::{
    inventory::{self, HOLD_TTL},
    orders::{self, CompleteError, Completed, OrderState, QuoteError},
    tickets::{self, TicketState},
};
use bilten_tests::TestApp;
use futures_util::future::join_all;

use super::shop::Shop;

#[tokio::test]
async fn a_paid_order_has_exactly_its_tickets() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 10).await;
    let (order, tickets) = shop.buy(3).await;
    assert_eq!(order.total.minor, 30_000);
    assert_eq!(tickets.len(), 3);
    assert_eq!(shop.held_and_sold().await, (0, 3));
    let mut tx = app.db.begin(&app.ctx(&app.beta)).await.unwrap();
    assert!(orders::find(&mut tx, order.id).await.unwrap().is_none());
    assert!(tickets::list_for_order(&mut tx, order.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn success_learned_from_many_sources_at_once_issues_once() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 10).await;
    let hold = shop.hold(2).await.unwrap();
    let order = shop.quote(&hold).await.unwrap();
    let complete = async || {
        let ctx = shop.ctx();
        let mut tx = app.db.begin(&ctx).await.unwrap();
        let completed = orders::complete(&ctx, &mut tx, order.id).await.unwrap();
        tx.commit().await.unwrap();
        completed
    };
    let outcomes = join_all((0..4).map(|_| complete())).await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Completed::Now).count(), 1);
    let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
    assert_eq!(tickets::list_for_order(&mut tx, order.id).await.unwrap().len(), 2);
    drop(tx);
    assert_eq!(shop.held_and_sold().await, (0, 2));
}

#[tokio::test]
async fn two_tabs_share_one_order() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 10).await;
    let hold = shop.hold(1).await.unwrap();
    let both = join_all([shop.quote(&hold), shop.quote(&hold)]).await;
    let ids: Vec<_> = both.into_iter().map(|order| order.unwrap().id).collect();
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn an_expired_cart_cannot_be_ordered() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 10).await;
    let hold = shop.hold(1).await.unwrap();
    app.advance(HOLD_TTL);
    assert!(matches!(shop.quote(&hold).await, Err(QuoteError::CartExpired)));
}

#[tokio::test]
async fn late_money_gets_its_tickets_while_stock_is_left() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 2).await;
    let hold = shop.hold(2).await.unwrap();
    let order = shop.quote(&hold).await.unwrap();
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    orders::close_unpaid(&ctx, &mut tx, order.id, OrderState::Expired)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(shop.held_and_sold().await, (0, 0));
    let mut tx = app.db.begin(&ctx).await.unwrap();
    assert_eq!(orders::complete(&ctx, &mut tx, order.id).await.unwrap(), Completed::Now);
    tx.commit().await.unwrap();
    assert_eq!(shop.held_and_sold().await, (0, 2));
}

#[tokio::test]
async fn late_money_without_stock_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 2).await;
    let hold = shop.hold(2).await.unwrap();
    let order = shop.quote(&hold).await.unwrap();
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    orders::close_unpaid(&ctx, &mut tx, order.id, OrderState::Expired)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    shop.buy(1).await;
    let mut tx = app.db.begin(&ctx).await.unwrap();
    assert!(matches!(
        orders::complete(&ctx, &mut tx, order.id).await,
        Err(CompleteError::NoStock)
    ));
    tx.rollback().await.unwrap();
    assert_eq!(shop.held_and_sold().await, (0, 1));
}

#[tokio::test]
async fn a_cancelled_order_voids_its_tickets_and_frees_its_places_once() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 5).await;
    let (order, _) = shop.buy(2).await;
    let ctx = shop.ctx();
    for round in 0..2 {
        let mut tx = app.db.begin(&ctx).await.unwrap();
        let cancelled = orders::cancel_paid(&ctx, &mut tx, order.id, OrderState::Refunded).await;
        assert_eq!(cancelled.is_ok(), round == 0);
        tx.commit().await.unwrap();
    }
    assert_eq!(shop.held_and_sold().await, (0, 0));
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let tickets = tickets::list_for_order(&mut tx, order.id).await.unwrap();
    assert!(tickets.iter().all(|ticket| ticket.state == TicketState::Void));
}

#[tokio::test]
async fn a_pinned_order_cannot_be_closed_as_unpaid() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 5).await;
    let hold = shop.hold(1).await.unwrap();
    let order = shop.quote(&hold).await.unwrap();
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    inventory::pin(&mut tx, &ctx, hold.id, ctx.new_id()).await.unwrap();
    assert!(
        orders::close_unpaid(&ctx, &mut tx, order.id, OrderState::Expired)
            .await
            .is_err()
    );
}
