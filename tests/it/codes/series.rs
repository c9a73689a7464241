//! Many codes of one use each.

use bilten_core::{
    inventory::PromoRefused,
    promo::{self, AddPromoError, Discount, NewPromo, PromoRules},
};
use bilten_kernel::{ApiScopes, PromoCodeId};
use bilten_tenancy::permissions::Role;
use bilten_tests::{Clerk, TestApp, Web};

use super::{code, complete, hold, off, refused};
use crate::stock::shop::Shop;

async fn try_add(shop: &Shop<'_>, new: NewPromo, count: u32) -> Result<PromoCodeId, AddPromoError> {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    let first = promo::add_series(&ctx, &mut tx, shop.event, (new, count)).await?;
    tx.commit().await.unwrap();
    Ok(first)
}

#[tokio::test]
async fn each_code_of_a_series_is_used_once_and_the_series_is_one_row() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    let other = Shop::open(&app, &app.beta, 100).await;
    let press = || code("PRESS", Discount::Share(10_000), PromoRules::default());
    let first = try_add(&shop, press(), 5_000).await.unwrap();
    assert!(
        matches!(try_add(&shop, press(), 10).await, Err(AddPromoError::Taken)),
        "sent twice"
    );
    for odd in [0, 5_001] {
        let new = code("OTHER", Discount::Share(10_000), PromoRules::default());
        assert!(matches!(try_add(&shop, new, odd).await, Err(AddPromoError::Series)));
    }
    let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
    let codes = promo::list_series_codes(&mut tx, shop.event, first)
        .await
        .unwrap()
        .unwrap();
    drop(tx);
    let distinct: std::collections::BTreeSet<_> = codes.iter().map(|code| code.code.as_str()).collect();
    assert_eq!((codes.len(), distinct.len()), (5_000, 5_000));
    assert!(distinct.iter().all(|code| code.starts_with("PRESS-")));

    let one = codes[7].code.as_str();
    let held = hold(&shop, 1, one).await.unwrap();
    assert_eq!(off(&held), 10_000);
    let used_up = PromoRefused::UsedUp {
        is_held_by_others: true,
    };
    assert_eq!(hold(&shop, 1, one).await, refused(used_up));
    assert_eq!(hold(&other, 1, one).await, refused(PromoRefused::Unknown));
    let order = shop.quote(&held).await.unwrap();
    complete(&shop, order.id).await;
    hold(&shop, 1, codes[8].code.as_str()).await.unwrap();
    let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
    let series = promo::list_series(&mut tx, shop.event).await.unwrap();
    assert_eq!(series.len(), 1);
    assert_eq!((series[0].size, series[0].held, series[0].used), (5_000, 1, 1));
    assert!(
        promo::list_promos(&mut tx, shop.event, None, 10)
            .await
            .unwrap()
            .rows
            .is_empty()
    );
    promo::withdraw_promo(&shop.ctx(), &mut tx, shop.event, first)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        hold(&shop, 1, codes[9].code.as_str()).await,
        refused(PromoRefused::Unknown)
    );
    let mut tx = app.db.begin(&other.ctx()).await.unwrap();
    assert!(promo::list_series(&mut tx, other.event).await.unwrap().is_empty());
    assert!(
        promo::list_series_codes(&mut tx, other.event, first)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_console_makes_a_series_and_hands_it_out_as_a_file() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let sor = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let (event, _) = web.open_sale(&nord, 100, 20_000).await;
    let owner = Clerk::hire(&app, (nord.id, &nord.host), Role::Owner, None).await;
    let stranger = Clerk::hire(&app, (sor.id, &sor.host), Role::Owner, None).await;
    let page = format!("/manage/events/{event}");
    let path = format!("{page}/promo-codes");
    let odd = [
        ("code", "press"),
        ("kind", "percent"),
        ("value", "100"),
        ("count", "5001"),
    ];
    let refused = web.submit(&owner, &path, &odd).await;
    assert!(refused.text.contains("promo-count-error"), "{}", refused.text);
    let good = [
        ("code", "press"),
        ("kind", "percent"),
        ("value", "100"),
        ("count", "25"),
    ];
    assert_eq!(web.submit(&owner, &path, &good).await.status, 303);
    let shown = web.look(&owner, &page).await.text;
    assert!(shown.contains("PRESS-…") && shown.contains("25 codes"), "{shown}");
    let link = shown.split("href=\"").find(|rest| rest.contains("codes.csv")).unwrap();
    let link = link.split('"').next().unwrap();
    let file = web.look(&owner, link).await;
    assert_eq!(
        (file.status.as_u16(), file.text.lines().count()),
        (200, 26),
        "{}",
        file.text
    );
    assert!(
        file.text
            .lines()
            .skip(1)
            .all(|line| line.starts_with("PRESS-") && line.ends_with(",open"))
    );
    assert_eq!(web.look(&stranger, link).await.status, 404);
}
