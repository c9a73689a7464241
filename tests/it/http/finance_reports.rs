//! Reports about money at the console: each ties to the ledger, in every currency, of its tenant alone.

use std::{collections::BTreeMap, time::Instant};

use bilten_billing::{
    finance,
    ledger::{self, Book, Code},
};
use bilten_kernel::{ApiScopes, Currency};
use bilten_tests::{Shopkeeper, TestApp, Web, db::run, report};
use http::Method;
use jiff::SignedDuration;
use serde_json::json;

use super::{ties::assert_tied, visit::Clerk};

/// All reports, and where each is as a file.
const REPORTS: [&str; 5] = ["payouts", "disputes", "events", "fees", "liabilities"];

/// A file by its column names.
struct Sheet {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Sheet {
    async fn read(clerk: &Clerk, web: &Web, path: &str) -> Self {
        let answer = clerk.page(web, path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
        let text = answer.text.trim_start_matches('\u{feff}');
        // None of the cells of these shops needs quotes.
        let mut lines = text
            .lines()
            .map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        let head = lines.next().unwrap();
        let rows: Vec<Vec<String>> = lines.collect();
        assert!(rows.iter().all(|row| row.len() == head.len()), "{text}");
        Self { head, rows }
    }

    /// Sum of a column in minor units, of rows in a currency.
    fn sum(&self, column: &str, currency: &str) -> i64 {
        let at = |name: &str| {
            self.head
                .iter()
                .position(|head| head == name)
                .unwrap_or_else(|| panic!("no {name}"))
        };
        let digits = currency.parse::<Currency>().unwrap().exponent().try_into().unwrap();
        let minor = |text: &str| {
            let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
            format!("{whole}{rest:0<digits$}").parse::<i64>().unwrap()
        };
        let of = self.rows.iter().filter(|row| row[at("currency")] == currency);
        of.map(|row| minor(&row[at(column)])).sum()
    }
}

/// Puts two types on sale in a currency and sells some of each; gives one ticket back for a fee.
async fn trade(web: &Web, shop: &Shopkeeper, currency: &str, price: i64) {
    let types = ["Floor", "Balcony"].map(|name| {
        json!({ "name": name, "price_minor": if name == "Floor" { price } else { price / 3 }, "currency": currency,
                "capacity": 20, "max_per_order": 4 })
    });
    let event = json!({ "name": format!("Concert {currency}"), "starts_at": "2031-06-01T20:00:00+02:00",
                        "ends_at": "2031-06-01T23:00:00+02:00", "time_zone": "Europe/Oslo", "ticket_types": types });
    let made = web.call(shop, Method::POST, "/events", Some(&event)).await.expect(201);
    let id = made["id"].as_str().unwrap();
    web.call(shop, Method::POST, &format!("/events/{id}/publish"), None)
        .await
        .expect(200);
    for (number, quantity) in [(0, 3), (1, 2), (0, 1)] {
        let ticket_type = made["ticket_types"][number]["id"].as_str().unwrap();
        let cart = web.hold(shop, id, ticket_type, quantity).await.expect(201);
        let cart = cart["id"].as_str().unwrap();
        let order = web.check_out(shop, cart, cart).await.expect(200);
        if quantity == 3 {
            let path = format!("/orders/{}/returns", order["id"].as_str().unwrap());
            let body = json!({ "ticket_ids": [order["tickets"][0]["id"]], "keep_minor": 1 });
            let back = web.call_once(shop, Method::POST, &path, Some(&body), Some(cart)).await;
            back.expect(201);
        }
    }
    web.run_jobs().await;
}

/// What the accounts of the merchant of record hold, by code; debit above zero.
async fn booked(app: &TestApp, shop: &Shopkeeper, codes: &[Code], currency: &str) -> i64 {
    let mut tx = app.db.begin_in(shop.id).await.unwrap();
    let balances = ledger::balances(&mut tx, None).await.unwrap();
    balances
        .iter()
        .filter(|b| b.account.book == Book::Tenant && codes.contains(&b.account.code))
        .filter(|b| b.amount.currency.code() == currency)
        .map(|b| b.amount.minor)
        .sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_report_is_the_ledger_in_currencies_of_any_exponent_and_two_tenants_never_mix() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let other = web.open_shop(&app, "sor", ApiScopes::all()).await;
    for (currency, price) in [("JPY", 3_001), ("NOK", 25_099), ("KWD", 19_990)] {
        trade(&web, &shop, currency, price).await;
    }
    trade(&web, &other, "NOK", 99_900).await;
    for tenant in [&shop, &other] {
        assert_tied(&web, tenant.id).await;
    }
    let clerk = Clerk::owner(&web, &shop).await;
    let events = Sheet::read(&clerk, &web, "/manage/finance/events.csv").await;
    let owed = Sheet::read(&clerk, &web, "/manage/finance/liabilities.csv").await;
    for (currency, price) in [("JPY", 3_001), ("NOK", 25_099), ("KWD", 19_990)] {
        let (sales, back) = (4 * price + 2 * (price / 3), price);
        let sums = ["sales", "given_back", "kept", "left"].map(|column| events.sum(column, currency));
        assert_eq!(sums, [sales, -back, 1, sales - back + 1], "{currency}");
        let deferred = [Code::TicketDeferred, Code::ServiceFeeDeferred];
        assert_eq!(
            owed.sum("amount", currency),
            -booked(&app, &shop, &deferred, currency).await
        );
        // The whole is in the sum of its days, too.
        let held = booked(&app, &shop, &Code::PSP, currency).await;
        assert_eq!(
            events.sum("left", currency),
            held,
            "nothing but sales and refunds moved money"
        );
    }
    let other_sums = Sheet::read(&Clerk::owner(&web, &other).await, &web, "/manage/finance/events.csv").await;
    assert_eq!(
        (other_sums.rows.len(), other_sums.sum("sales", "NOK")),
        (1, 4 * 99_900 + 2 * 33_300)
    );
    // One event opens to its types, which are the same sales.
    let id = events.head.iter().position(|head| head == "event_id").unwrap();
    for row in &events.rows {
        let currency = row.last().unwrap();
        let page = clerk.page(&web, &format!("/manage/finance/events/{}", row[id])).await;
        assert!(page.text.contains("are the sales in the books"), "{}", page.text);
        assert!(!page.text.contains("differ from the books"));
        let one = Sheet::read(&clerk, &web, &format!("/manage/finance/events/{}/sales.csv", row[id])).await;
        let only = Sheet {
            head: events.head.clone(),
            rows: vec![row.clone()],
        };
        assert_eq!(one.sum("sales", currency), only.sum("sales", currency));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_sold_nothing_has_every_report_and_every_file() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let clerk = Clerk::owner(&web, &shop).await;
    for name in REPORTS {
        let page = clerk.page(&web, &format!("/manage/finance/{name}")).await;
        assert_eq!(page.status, 200, "{name}: {}", page.text);
        assert!(page.text.contains("all-calm"), "{name} says that there is nothing");
        assert!(
            Sheet::read(&clerk, &web, &format!("/manage/finance/{name}.csv"))
                .await
                .rows
                .is_empty()
        );
        let book = clerk.page(&web, &format!("/manage/finance/{name}.xlsx")).await;
        assert!(book.text.starts_with("PK"), "{name}");
        for odd in [
            "from=2031-02-30&until=x",
            "after=%00",
            "event=evt_0&after=out_0",
            "from=1900-01-01&until=2100-01-01",
        ] {
            assert_eq!(
                clerk.page(&web, &format!("/manage/finance/{name}?{odd}")).await.status,
                200,
                "{name}?{odd}"
            );
        }
    }
    let stranger = web.page(&shop.host, "/manage/finance/payouts").await;
    assert_eq!(stranger.status, 303, "nobody sees it without logging in");
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_is_opening_and_everything_between_on_the_days_around_a_change_of_clocks() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&shop, 100, 10_000).await;
    let mut admin = app.test_db.admin().await;
    run(
        &mut admin,
        &format!(
            "update bilten.tenant_settings set time_zone = 'Europe/Oslo' where tenant_id = '{}'",
            shop.id.uuid()
        ),
    )
    .await;
    // The clocks of Oslo go back on 25 October 2026 and forward on 28 March 2027: sell around both, every 50 minutes.
    let change = "2026-10-24T20:00:00Z".parse::<bilten_kernel::Timestamp>().unwrap();
    app.advance(change.duration_since(app.ctx(&app.alfa).now()));
    for _ in 0..40 {
        let cart = web.hold(&shop, &event, &ticket_type, 1).await.expect(201);
        let cart = cart["id"].as_str().unwrap();
        web.check_out(&shop, cart, cart).await.expect(200);
        app.advance(SignedDuration::from_mins(50));
    }
    let clerk = Clerk::owner(&web, &shop).await;
    let sum = async |from: &str, until: &str| {
        let path = format!("/manage/finance/events.csv?from={from}&until={until}");
        Sheet::read(&clerk, &web, &path).await.sum("sales", "NOK")
    };
    let days = [
        sum("2026-10-24", "2026-10-24").await,
        sum("2026-10-25", "2026-10-25").await,
        sum("2026-10-26", "2026-10-26").await,
    ];
    assert_eq!(days.iter().sum::<i64>(), 400_000, "{days:?}");
    assert_eq!(sum("2026-10-24", "2026-10-26").await, 400_000);
    assert_eq!(days[1], 300_000, "25 hours have 30 sales");
    let page = clerk
        .page(&web, "/manage/finance?from=2026-10-25&until=2026-10-25")
        .await;
    assert!(page.text.contains("agree with the books to the cent"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_is_explained_order_by_order_to_the_cent() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&shop, 10, 9_999).await;
    for _ in 0..3 {
        let cart = web.hold(&shop, &event, &ticket_type, 1).await.expect(201);
        let cart = cart["id"].as_str().unwrap();
        web.check_out(&shop, cart, cart).await.expect(200);
    }
    let clerk = Clerk::owner(&web, &shop).await;
    web.run_jobs().await;
    let held = clerk.page(&web, "/manage/finance/payouts").await.text;
    assert!(held.contains("Nothing was paid out yet"), "{held}");
    // Providers keep nothing for longer than 83 days.
    for _ in 0..3 {
        app.advance(SignedDuration::from_hours(24 * 42));
        web.run_jobs().await;
        app.advance(SignedDuration::from_hours(2));
        web.run_jobs().await;
    }
    let clerk = Clerk::owner(&web, &shop).await;
    let list = Sheet::read(&clerk, &web, "/manage/finance/payouts.csv").await;
    assert_eq!(list.sum("amount", "NOK"), 3 * 9_999, "{:?}", list.rows);
    let mut paid = BTreeMap::new();
    for row in &list.rows {
        let only = Sheet {
            head: list.head.clone(),
            rows: vec![row.clone()],
        };
        let base = format!("/manage/finance/payouts/{}", row[0]);
        let parts = Sheet::read(&clerk, &web, &format!("{base}/orders.csv")).await;
        assert_eq!(parts.sum("amount", "NOK"), only.sum("amount", "NOK"));
        let page = clerk.page(&web, &base).await;
        assert_eq!(page.status, 200);
        for (number, part) in parts.rows.iter().enumerate() {
            assert!(page.text.contains(&part[1]), "each order opens");
            let one = Sheet {
                head: parts.head.clone(),
                rows: vec![parts.rows[number].clone()],
            };
            *paid.entry(part[1].clone()).or_insert(0) += one.sum("amount", "NOK");
        }
    }
    assert_eq!(
        paid.into_values().collect::<Vec<_>>(),
        [9_999; 3],
        "every order is paid out once"
    );
    let mut tx = app.db.begin_in(shop.id).await.unwrap();
    let known = finance::list_payouts(&mut tx, None, 10).await.unwrap();
    assert_eq!(known[0].id.to_string(), list.rows[0][0]);
}

/// Sales are multiplied behind the back of everybody, so that only reading is measured.
#[tokio::test(flavor = "multi_thread")]
async fn counted_reports_of_ten_thousand_orders_come_at_once() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    trade(&web, &shop, "NOK", 25_000).await;
    let mut admin = app.test_db.admin().await;
    run(
        &mut admin,
        "insert into bilten.ledger_txns (tenant_id, id, kind, source_key, occurred_at, booked_at, recorded_at, order_id, event_id, account_ids, amounts)
         select tenant_id, gen_random_uuid(), kind, source_key || n, occurred_at, booked_at, recorded_at, order_id, event_id, account_ids, amounts
         from (select * from bilten.ledger_txns where kind = 'sale' limit 1) t cross join generate_series(1, 10000) n",
    )
    .await;
    let clerk = Clerk::owner(&web, &shop).await;
    let mut told = Vec::new();
    for name in [
        "",
        "/payouts",
        "/disputes",
        "/events",
        "/fees",
        "/liabilities",
        "/journal",
        "/events.csv",
    ] {
        let begin = Instant::now();
        let page = clerk.page(&web, &format!("/manage/finance{name}")).await;
        let took = begin.elapsed();
        assert_eq!(page.status, 200);
        assert!(took.as_secs() < 5, "{name} took {took:?}");
        told.push(format!(
            "{} {} ms",
            if name.is_empty() { "/" } else { name },
            took.as_millis()
        ));
    }
    report(&format!("reports of 10,000 sales: {}", told.join(", ")));
}
