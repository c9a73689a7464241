//! Locked tickets, least spending, and amounts off the order.

use bilten_core::{
    catalog,
    inventory::{self, HoldError, PromoRefused},
    promo::{self, AddPromoError, Discount, Guesser, Lookup, NewPromo, PromoCode, PromoRules},
};
use bilten_kernel::{Money, Slug};
use bilten_tests::TestApp;
use jiff::SignedDuration;

use super::{add, add_type, code, complete, find, hold, hold_of, off, prices, refused, try_add};
use crate::stock::shop::Shop;

const UNLOCKS: PromoRules = PromoRules {
    unlocks: true,
    is_fee_free: false,
    min_spend_minor: None,
    max_per_person: None,
    budget_minor: None,
    stack_group: None,
    priority: 0,
};

#[tokio::test]
async fn locked_tickets_are_held_with_a_code_that_unlocks_them_and_not_without() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    let other = Shop::open(&app, &app.beta, 100).await;
    let members = add_type(&shop, ("Members", 5_000, true)).await;
    let presale = add_type(&shop, ("Presale", 7_000, true)).await;
    let only_members = NewPromo {
        ticket_types: vec![members],
        ..code("MEMBERS-2027", Discount::Nothing, UNLOCKS)
    };
    let id = add(&shop, only_members).await;
    add(&shop, code("PLAIN", Discount::Share(1_000), PromoRules::default())).await;
    add(&other, code("MEMBERS-OTHER", Discount::Nothing, UNLOCKS)).await;

    let unknown = Err(HoldError::UnknownTicketType(members));
    assert_eq!(hold_of(&shop, &[(members, 1)], "").await, unknown);
    assert_eq!(hold_of(&shop, &[(members, 1)], "PLAIN").await, unknown);
    assert_eq!(
        hold_of(&shop, &[(members, 1)], "MEMBERS-OTHER").await,
        refused(PromoRefused::Unknown),
        "another shop's code opens nothing"
    );
    assert_eq!(
        hold_of(&shop, &[(members, 1), (presale, 1)], "MEMBERS-2027").await,
        Err(HoldError::UnknownTicketType(presale))
    );
    let held = hold_of(&shop, &[(members, 2), (shop.ticket_type, 1)], "members-2027")
        .await
        .unwrap();
    assert_eq!((held.total().unwrap().minor, off(&held)), (20_000, 0));
    assert_eq!(held.promo_code(), Some("MEMBERS-2027"));
    let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
    assert_eq!(inventory::find(&mut tx, held.id).await.unwrap(), Some(held.clone()));
    drop(tx);
    assert_eq!((find(&shop, id).await.held, find(&shop, id).await.used), (1, 0));
    let order = shop.quote(&held).await.unwrap();
    complete(&shop, order.id).await;
    assert_eq!((find(&shop, id).await.held, find(&shop, id).await.used), (0, 1));

    // Who has the code and wants something else is not refused, and does not use it.
    let usual = hold(&shop, 1, "MEMBERS-2027").await.unwrap();
    assert_eq!((usual.promo_code(), find(&shop, id).await.held), (None, 0));
}

#[tokio::test]
async fn a_code_may_unlock_and_take_something_off() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    let members = add_type(&shop, ("Members", 5_000, true)).await;
    add(&shop, code("INNER-CIRCLE", Discount::Share(2_000), UNLOCKS)).await;
    let both = hold_of(&shop, &[(members, 1), (shop.ticket_type, 1)], "INNER-CIRCLE")
        .await
        .unwrap();
    assert_eq!((both.total().unwrap().minor, off(&both)), (12_000, 3_000));
}

#[tokio::test]
async fn codes_that_unlock_are_long_or_made_by_chance() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    let short = try_add(&shop, code("MEMBER", Discount::Nothing, UNLOCKS)).await;
    assert!(matches!(short, Err(AddPromoError::TooShort)));
    let idle = try_add(&shop, code("IDLE", Discount::Nothing, PromoRules::default())).await;
    assert!(matches!(idle, Err(AddPromoError::Discount)), "it would do nothing");
    let (one, two) = (PromoCode::random(&shop.ctx()), PromoCode::random(&shop.ctx()));
    assert_ne!(one, two);
    assert_eq!(one.as_str().len(), 10, "50 bits");
    assert_eq!(one.as_str().parse::<PromoCode>().unwrap(), one);
}

#[tokio::test]
async fn wrong_codes_are_counted_by_network_and_too_many_unlock_nothing() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    add_type(&shop, ("Members", 5_000, true)).await;
    add(&shop, code("MEMBERS-2027", Discount::Nothing, UNLOCKS)).await;
    let slug: Slug = "concert".parse().unwrap();
    let look = async |text: &str, network: &[u8]| {
        let ctx = shop.ctx();
        let guesser = Guesser::of(&bilten_core::MasterKey::new([9; 32]), app.alfa.id, Some(network));
        let codes: Vec<PromoCode> = vec![text.parse().unwrap()];
        let mut tx = app.db.begin(&ctx).await.unwrap();
        let (detail, lookup) = catalog::find_public_event_with(&ctx, &mut tx, &slug, (&codes, guesser))
            .await
            .unwrap()
            .unwrap();
        tx.commit().await.unwrap();
        (detail.ticket_types.len(), lookup)
    };
    let (mine, his) = ([84, 1, 1, 1], [84, 1, 1, 2]);
    assert_eq!(look("MEMBERS-2027", &mine).await, (2, Lookup::Right));
    for n in 0..20 {
        assert_eq!(look(&format!("GUESS-{n}"), &mine).await, (1, Lookup::Wrong));
    }
    assert_eq!(look("MEMBERS-2027", &mine).await, (1, Lookup::Refused));
    assert_eq!(look("MEMBERS-2027", &his).await, (2, Lookup::Right));
    app.advance(SignedDuration::from_mins(16));
    assert_eq!(look("MEMBERS-2027", &mine).await, (2, Lookup::Right));
    let mut admin = app.test_db.admin().await;
    let counted: i64 = sqlx::query_scalar("select count(*) from bilten.promo_guesses where tenant_id <> $1")
        .bind(app.alfa.id.uuid())
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!(counted, 0, "the other shops count nothing");
    let _ = promo::MIN_UNLOCKING;
}

#[tokio::test]
async fn a_code_asks_for_the_least_to_be_bought_of_what_it_is_for() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    let cheap = add_type(&shop, ("Cheap", 1_000, false)).await;
    let rules = PromoRules {
        min_spend_minor: Some(30_000),
        ..PromoRules::default()
    };
    let id = add(
        &shop,
        NewPromo {
            ticket_types: vec![shop.ticket_type],
            ..code("BIG", Discount::Share(1_000), rules)
        },
    )
    .await;
    let least = PromoRefused::MinSpend(Money::new(30_000, "EUR".parse().unwrap()));
    assert_eq!(hold(&shop, 2, "BIG").await, refused(least));
    let beside = hold_of(&shop, &[(shop.ticket_type, 2), (cheap, 10)], "BIG").await;
    assert_eq!(beside, refused(least), "what it is not for does not count");
    assert_eq!(find(&shop, id).await.held, 0);
    assert_eq!(
        prices(&hold(&shop, 3, "BIG").await.unwrap()),
        [(3, 9_000, Some(10_000))]
    );
}

#[tokio::test]
async fn an_amount_off_the_order_is_divided_to_the_last_unit() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    let cheap = add_type(&shop, ("Cheap", 1_000, false)).await;
    add(&shop, code("HUNDRED", Discount::Order(10_000), PromoRules::default())).await;
    let three = hold(&shop, 3, "HUNDRED").await.unwrap();
    // 100.00 over three equal tickets: 33.34, 33.33 and 33.33.
    assert_eq!(prices(&three), [(1, 6_666, Some(10_000)), (2, 6_667, Some(10_000))]);
    assert_eq!((three.total().unwrap().minor, off(&three)), (20_000, 10_000));
    let mixed = hold_of(&shop, &[(shop.ticket_type, 1), (cheap, 1)], "HUNDRED")
        .await
        .unwrap();
    assert_eq!(mixed.total().unwrap().minor, 1_000);
    let small = hold_of(&shop, &[(cheap, 3)], "HUNDRED").await.unwrap();
    assert_eq!(small.total().unwrap().minor, 0, "never less than nothing");
    let order = shop.quote(&three).await.unwrap();
    assert_eq!(order.total.minor, 20_000);
    let line_sum: i64 = order
        .lines
        .iter()
        .map(|line| line.unit_price.minor * i64::from(line.quantity))
        .sum();
    assert_eq!(line_sum, 20_000, "lines, and so tickets that come back, add up");
}
