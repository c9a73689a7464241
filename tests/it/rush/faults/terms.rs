//! The organizer changes the terms in mid-rush: capacity goes down, the sale is paused.

use std::time::Duration;

use bilten_core::catalog::{self, UpdatePoolError};
use bilten_kernel::{EventId, PoolId};
use bilten_tests::{db, report};
use tokio::{sync::watch, time::sleep};

use super::{crowd, rig::Rig};

/// Times that the capacity is changed.
const ROUNDS: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_capacity_lowered_and_a_sale_paused_in_mid_rush_are_told_and_never_undercut_what_is_sold() {
    let rig = Rig::set_up().await;
    let node = rig.start_node().await;
    let (_nodes, addresses) = watch::channel(vec![node.address()]);
    let event: EventId = rig.wide.event.parse().unwrap();
    let mut admin = rig.app.test_db.admin().await;
    let pool: uuid::Uuid = sqlx::query_scalar("select id from bilten.capacity_pools where event_id = $1")
        .bind(event.uuid())
        .fetch_one(&mut admin)
        .await
        .unwrap();
    let ctx = rig.app.ctx(&rig.app.alfa).in_tenant(rig.shop.id);
    let (mut lowered, mut refused) = (0, 0);
    let seen = crowd::rush(&rig, addresses, async {
        for round in 0..ROUNDS {
            sleep(Duration::from_millis(40)).await;
            // To what is sold and held at this moment, or a little below it.
            let taken: i64 = sqlx::query_scalar("select held + sold from bilten.capacity_pools where id = $1")
                .bind(pool)
                .fetch_one(&mut admin)
                .await
                .unwrap();
            let wanted = (taken - 2 + i64::try_from(round % 8).unwrap()).max(1);
            let mut tx = rig.app.db.begin(&ctx).await.unwrap();
            match catalog::update_pool(&ctx, &mut tx, event, PoolId::from_uuid(pool), wanted).await {
                Ok(()) => {
                    tx.commit().await.unwrap();
                    lowered += 1;
                }
                Err(UpdatePoolError::CapacityBelowSold { committed }) => {
                    assert!(committed > wanted, "{committed} {wanted}");
                    refused += 1;
                }
                Err(error) => panic!("{error:?}"),
            }
        }
        // There is more again, so that the crowd finds an end.
        let mut tx = rig.app.db.begin(&ctx).await.unwrap();
        catalog::update_pool(&ctx, &mut tx, event, PoolId::from_uuid(pool), 1_000_000)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        for _ in 0..3 {
            db::run(&mut admin, "update bilten.ticket_types set sale_ends_at = now()").await;
            sleep(Duration::from_millis(300)).await;
            db::run(&mut admin, "update bilten.ticket_types set sale_ends_at = null").await;
            sleep(Duration::from_millis(200)).await;
        }
    })
    .await;
    node.kill().await;
    report(&format!(
        "terms: lowered {lowered} times, refused {refused} times: {seen:?}"
    ));
    seen.expect_only(&["409 not_on_sale"]);
    assert!(lowered.min(refused) > 0);
    assert!(seen.count("not_on_sale") > 0 && seen.bought_after > 0, "{seen:?}");
    let books = rig.settle().await;
    assert_eq!(books.paid, seen.bought);
}
