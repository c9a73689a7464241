//! What the books say, at the console: the statement, what is behind each figure, and the files.

use bilten_kernel::ApiScopes;
use bilten_tests::{Shopkeeper, TestApp, Web};
use http::Method;
use serde_json::{Value, json};

use super::visit::Clerk;

const PRICE: i64 = 25_000;

/// Sells tickets in a shop, takes one back for a fee; returns the order.
async fn trade(web: &Web, shop: &Shopkeeper) -> Value {
    let (event, ticket_type) = web.open_sale(shop, 10, PRICE).await;
    let cart = web.hold(shop, &event, &ticket_type, 3).await.expect(201);
    let cart = cart["id"].as_str().unwrap();
    let order = web.check_out(shop, cart, cart).await.expect(200);
    let path = format!("/orders/{}/returns", order["id"].as_str().unwrap());
    let body = json!({ "ticket_ids": [order["tickets"][0]["id"]], "keep_minor": 500 });
    let back = web
        .call_once(shop, Method::POST, &path, Some(&body), Some("back"))
        .await;
    back.expect(201);
    web.run_jobs().await;
    order
}

/// Finds the address that a figure of the statement opens.
fn behind<'a>(page: &'a str, figure: &str) -> &'a str {
    let figure = format!("figure={figure}");
    let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let mut links = links.filter(|link| link.contains(&figure));
    links.next().unwrap_or_else(|| panic!("nothing opens {figure}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_statement_ties_and_each_figure_opens_to_its_transactions() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let other = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let order = trade(&web, &shop).await;
    let foreign = trade(&web, &other).await;
    let clerk = Clerk::owner(&web, &shop).await;
    let page = clerk.page(&web, "/manage/finance").await;
    assert_eq!(page.status, 200, "{}", page.text);
    let text = page.text.replace("&#x2F;", "/").replace("&amp;", "&");
    assert!(text.contains("agree with the books to the cent"), "{text}");
    for figure in ["750", "−NOK", "245", "505"] {
        assert!(text.contains(figure), "{figure} in {text}");
    }
    let sales = clerk.page(&web, behind(&text, "finance-gross")).await;
    assert!(sales.text.contains("make up"), "the sum is told again: {}", sales.text);
    assert!(sales.text.contains(order["id"].as_str().unwrap()));
    assert!(
        !sales.text.contains(foreign["id"].as_str().unwrap()),
        "another shop's sale"
    );
    let kept = clerk.page(&web, behind(&text, "finance-kept")).await.text;
    assert_eq!(
        kept.matches("class=\"panel journal\"").count(),
        1,
        "one return brought it"
    );
    let nothing = clerk
        .page(&web, "/manage/finance?from=2020-01-01&until=2020-01-31")
        .await;
    assert!(nothing.text.contains("Nothing was booked"));
    let wrong = clerk
        .page(&web, "/manage/finance?from=2020-02-01&until=2020-01-31")
        .await;
    assert_eq!(wrong.status, 422);
    for odd in ["kind=x&code=y&figure=%3Cb%3E&after=z", "event=evt_0&from=x"] {
        assert_eq!(
            clerk.page(&web, &format!("/manage/finance/journal?{odd}")).await.status,
            200,
            "{odd}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_books_are_taken_out_as_files() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let order = trade(&web, &shop).await;
    let clerk = Clerk::owner(&web, &shop).await;
    let file = clerk.page(&web, "/manage/finance/journal.csv").await;
    assert_eq!(
        (file.status.as_u16(), file.headers["content-type"].to_str().unwrap()),
        (200, "text/csv; charset=utf-8")
    );
    // None of the cells needs quotes.
    let rows: Vec<Vec<&str>> = file.text.lines().skip(1).map(|row| row.split(',').collect()).collect();
    let cents = |row: &Vec<&str>| {
        let (whole, rest) = row[9].split_once('.').unwrap_or((row[9], "00"));
        let sign = if whole.starts_with('-') { -1 } else { 1 };
        let whole: i64 = whole.trim_start_matches('-').parse().unwrap();
        sign * (whole * 100 + rest.parse::<i64>().unwrap())
    };
    assert_eq!(
        rows.iter().map(cents).sum::<i64>(),
        0,
        "debits and credits make up nothing"
    );
    assert!(rows.iter().any(|row| row[4] == order["id"].as_str().unwrap()));
    let workbook = clerk.page(&web, "/manage/finance/statement.xlsx").await;
    assert_eq!(workbook.status, 200);
    assert!(
        workbook.headers["content-type"]
            .to_str()
            .unwrap()
            .contains("spreadsheetml")
    );
    assert!(workbook.text.starts_with("PK"), "a workbook is a ZIP archive");
}
