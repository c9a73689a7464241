//! What pages say of the stock: true, recent, and cheap however many ask.

use bilten_core::catalog::{self, StockChange, TicketTypeChange};
use bilten_kernel::Timestamp;
use bilten_tests::report;
use jiff::SignedDuration;
use tokio::task::JoinSet;

use super::pages::{PAGE, Town};

const FRAGMENT: &str = "/events/concert/availability";

fn figure(name: &str) -> u64 {
    let figures = bilten_api::http::metrics::install().render();
    let line = figures.lines().find(|line| line.starts_with(&format!("{name} ")));
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).unwrap_or(0)
}

/// Changes the sale window and the capacity of the event's only type.
async fn set(town: &Town, (opens, closes): (Option<Timestamp>, Option<Timestamp>), capacity: i64) {
    let ctx = town.app.ctx(&town.app.alfa).in_tenant(town.nord.id);
    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    let (event, id) = (town.event.parse().unwrap(), town.standing.parse().unwrap());
    let detail = catalog::find_event(&ctx, &mut tx, event).await.unwrap().unwrap();
    let mut terms = detail.ticket_types[0].terms.clone();
    (terms.sale_starts_at, terms.sale_ends_at) = (opens, closes);
    let change = TicketTypeChange {
        position: None,
        terms: Some(terms),
        price_minor: Some(12_300),
        stock: StockChange::OwnCapacity(capacity),
    };
    catalog::update_ticket_type(&ctx, &mut tx, (event, id), change)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sale_opens_and_closes_on_the_page_at_the_instant() {
    let town = Town::open().await;
    let (web, host) = (&town.web, town.nord.host.as_str());
    let now = town.app.now();
    let (opens, closes) = (
        now + SignedDuration::from_millis(1_500),
        now + SignedDuration::from_secs(4),
    );
    set(&town, (Some(opens), Some(closes)), 100).await;
    for path in [PAGE, FRAGMENT] {
        let page = web.page(host, path).await.text;
        assert!(
            page.contains("data-state=\"not_yet\"") && page.contains("data-opens=\"2031-05-01T"),
            "{page}"
        );
        assert!(page.contains("123") && !page.contains("<form"), "{path}");
    }
    let front = web.page(host, "/").await.text;
    town.app.advance(SignedDuration::from_millis(1_499));
    assert!(web.page(host, PAGE).await.text.contains("data-state=\"not_yet\""));
    town.app.advance(SignedDuration::from_millis(1));
    for path in [PAGE, FRAGMENT] {
        let page = web.page(host, path).await.text;
        assert!(
            page.contains("data-state=\"on_sale\"") && page.contains("<form"),
            "{path}"
        );
    }
    assert_ne!(web.page(host, "/").await.text, front, "the front as well");
    town.app.advance(SignedDuration::from_millis(2_500));
    for path in [PAGE, FRAGMENT] {
        assert!(
            web.page(host, path).await.text.contains("data-state=\"over\""),
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_of_the_stock_is_told_within_two_seconds() {
    let town = Town::open().await;
    let (web, host) = (&town.web, town.nord.host.as_str());
    set(&town, (None, None), 12).await;
    let mut carts = Vec::new();
    for (held, said) in [
        (0, "available-"),
        (1, "available-"),
        (1, "few_left-4-10"),
        (4, "few_left-4-6"),
        (4, "few_left-2-2"),
        (2, "all_in_carts-"),
    ] {
        if held > 0 {
            let cart = web
                .hold(&town.nord, &town.event, &town.standing, held)
                .await
                .expect(201);
            carts.push(cart["id"].as_str().unwrap().to_owned());
        }
        town.app.advance(SignedDuration::from_secs(2));
        for path in [PAGE, FRAGMENT] {
            let page = web.page(host, path).await.text;
            assert!(page.contains(&format!("data-state=\"{said}")), "{path}, {said}: {page}");
        }
        assert!(
            web.page(&town.sor.host, PAGE)
                .await
                .text
                .contains("data-state=\"available-")
        );
    }
    for cart in &carts {
        web.check_out(&town.nord, cart, cart).await.expect(200);
    }
    town.app.advance(SignedDuration::from_secs(2));
    assert!(web.page(host, FRAGMENT).await.text.contains("data-state=\"sold_out"));
    assert!(web.page(host, PAGE).await.text.contains("data-state=\"sold_out\""));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn carts_that_change_nothing_on_the_page_leave_it_as_it_is() {
    let town = Town::open().await;
    let (web, host) = (&town.web, town.nord.host.as_str());
    let tag = web.page(host, PAGE).await.headers["etag"].clone();
    web.hold(&town.nord, &town.event, &town.standing, 3).await.expect(201);
    town.app.advance(SignedDuration::from_secs(2));
    assert_eq!(web.page(host, PAGE).await.headers["etag"], tag);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn counted_a_crowd_costs_one_reading_a_second_and_event() {
    bilten_api::http::metrics::install();
    let town = std::sync::Arc::new(Town::open().await);
    let (mut asked, mut seconds) = (0, 0);
    let before = [figure("catalog_stock_read_total"), figure("page_versions_read_total")];
    for _ in 0..4 {
        let mut crowd = JoinSet::new();
        for number in 0..400 {
            let town = std::sync::Arc::clone(&town);
            let path = if number % 2 == 0 { FRAGMENT } else { PAGE };
            crowd.spawn(async move { town.web.page(&town.nord.host, path).await });
        }
        while let Some(answer) = crowd.join_next().await {
            assert_eq!(answer.unwrap().status, 200);
            asked += 1;
        }
        town.app.advance(SignedDuration::from_secs(2));
        seconds += 2;
    }
    let read = [figure("catalog_stock_read_total"), figure("page_versions_read_total")];
    let [stock, versions] = [read[0] - before[0], read[1] - before[1]];
    assert!(stock <= 4 && versions <= 4, "{stock} and {versions} readings");
    report(&format!(
        "pages: {asked} requests in {seconds} seconds: {stock} readings of stock, {versions} of the version"
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_who_ask_for_a_page_that_is_not_there_have_it_made_once() {
    bilten_api::http::metrics::install();
    let town = std::sync::Arc::new(Town::open().await);
    // The host is known; the page is not.
    town.web.page(&town.nord.host, "/nothing").await;
    let before = figure("pages_made_total");
    let mut crowd = JoinSet::new();
    for _ in 0..1_000 {
        let town = std::sync::Arc::clone(&town);
        crowd.spawn(async move { town.web.page(&town.nord.host, PAGE).await });
    }
    let mut bodies = std::collections::HashSet::new();
    while let Some(answer) = crowd.join_next().await {
        let answer = answer.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text);
        bodies.insert(answer.text);
    }
    assert_eq!((bodies.len(), figure("pages_made_total") - before), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_kept_is_answered_to_each_and_memory_stays_bounded() {
    let town = std::sync::Arc::new(Town::open().await);
    let mut crowd = JoinSet::new();
    for number in 0..60 {
        let town = std::sync::Arc::clone(&town);
        crowd.spawn(async move {
            let same = town.web.page(&town.nord.host, "/events/missing").await;
            let other = town
                .web
                .page(&town.nord.host, &format!("/events/missing-{number}"))
                .await;
            (same.status.as_u16(), other.status.as_u16())
        });
    }
    while let Some(answer) = crowd.join_next().await {
        assert_eq!(answer.unwrap(), (404, 404));
    }
    assert_eq!(town.web.state.pages.bytes(), 0, "nothing is kept of what is not there");
    town.web.page(&town.nord.host, PAGE).await;
    for number in 0..50 {
        let path = format!("{PAGE}?mark={number}");
        assert_eq!(town.web.page(&town.nord.host, &path).await.status, 200);
    }
    let bytes = town.web.state.pages.bytes();
    assert!(bytes > 5_000 && bytes < 100_000, "marks make no pages: {bytes}");
}
