//! What buyers and organizers see of named prices, gifts and offers.

use bilten_kernel::ApiScopes;
use bilten_tenancy::permissions::Role;
use bilten_tests::{Clerk, Shopkeeper, TestApp, Web};
use http::Method;
use serde_json::json;

struct Town {
    app: TestApp,
    web: Web,
    nord: Shopkeeper,
    owner: Clerk,
    event: String,
    ticket_type: String,
}

impl Town {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let web = Web::new(&app);
        let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
        let (event, ticket_type) = web.open_sale(&nord, 20, 20_000).await;
        let owner = Clerk::hire(&app, (nord.id, &nord.host), Role::Owner, None).await;
        Self {
            app,
            web,
            nord,
            owner,
            event,
            ticket_type,
        }
    }

    async fn submit(&self, what: &str, fields: &[(&str, &str)]) -> bilten_tests::Answer {
        let path = format!("/manage/events/{}/{what}", self.event);
        self.web.submit(&self.owner, &path, fields).await
    }
}

/// Buys a cart of two tickets at 77.50 with a gift of 25.00, and looks wherever that is told.
async fn assert_told_everywhere(town: &Town, cart: &str) {
    let (web, host) = (&town.web, town.nord.host.as_str());
    let shown = web.page(host, cart).await.text;
    assert!(
        shown.contains("155") && shown.contains("Donation") && shown.contains("180"),
        "{shown}"
    );
    let pay = web
        .form(host, cart, &[("email", "ada@example.org"), ("name", "Ada")])
        .await
        .leads_to();
    let sandbox = web.form(host, &pay, &[("method", "sandbox")]).await.leads_to();
    let back = web.form(host, &sandbox, &[("outcome", "pay")]).await.leads_to();
    let order = web.page(host, &back).await.location().to_owned();
    let shown = web.page(host, &order).await.text;
    assert!(shown.contains("Donation") && shown.contains("180"), "{shown}");
    web.run_jobs().await;
    let mailbox = web.state.mailbox.as_ref().unwrap();
    let mails = mailbox.list(Some(town.nord.id)).await.unwrap();
    let mail = mails.into_iter().find(|mail| mail.to.name == "Ada").expect("a mail");
    assert!(mail.html.contains("Donation"), "{}", mail.html);
    let listed = web.call(&town.nord, Method::GET, "/orders", None).await.expect(200);
    let listed = listed["data"][0]["id"].as_str().unwrap().to_owned();
    let told = web
        .call(&town.nord, Method::GET, &format!("/orders/{listed}"), None)
        .await
        .expect(200);
    assert_eq!(
        (&told["donation_minor"], &told["total_minor"]),
        (&json!(2_500), &json!(18_000))
    );
    let page = web.look(&town.owner, &format!("/manage/orders/{listed}")).await.text;
    assert!(page.contains("Donation"), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organizer_lets_buyers_name_the_price_and_asks_for_gifts_and_they_do() {
    let town = Town::open().await;
    let (web, host) = (&town.web, town.nord.host.as_str());
    let id = town.ticket_type.as_str();
    let refused = town
        .submit(
            "open-prices",
            &[("id_0", id), ("open_0", "1"), ("least_0", "90"), ("most_0", "50")],
        )
        .await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(refused.text.contains("The least must not be above the most"));
    let saved = town
        .submit(
            "open-prices",
            &[("id_0", id), ("open_0", "1"), ("least_0", "50"), ("most_0", "900")],
        )
        .await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    let saved = town.submit("donations", &[("cause", "New <organ> pipes")]).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    let page = web.page(host, "/events/concert").await.text;
    assert!(page.contains("Name your price, from"), "{page}");
    assert!(page.contains("New &lt;organ&gt; pipes"), "{page}");
    let (quantity, price) = (format!("qty_{id}"), format!("price_{id}"));
    let wish = |named: &'static str, gift: &'static str| {
        vec![
            ("request_key".to_owned(), "0123456789abcdef".to_owned()),
            (quantity.clone(), "2".to_owned()),
            (price.clone(), named.to_owned()),
            ("donation".to_owned(), gift.to_owned()),
        ]
    };
    let send = async |fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        web.form(host, "/events/concert/carts", &fields).await
    };
    let low = send(wish("12", "")).await;
    assert_eq!(low.status, 422, "{}", low.text);
    assert!(low.text.contains("Name a price between"), "{}", low.text);
    let odd = send(wish("77", "some")).await;
    assert_eq!(odd.status, 422, "{}", odd.text);
    let cart = send(wish("77,50", "25")).await.leads_to();
    assert_told_everywhere(&town, &cart).await;
    let refused = web
        .call(
            &town.nord,
            Method::POST,
            "/carts",
            Some(&json!({ "event_id": town.event, "items": [{ "ticket_type_id": id, "quantity": 1, "price_minor": 10 }] })),
        )
        .await;
    let problem = refused.expect_problem(422, "price_not_allowed");
    assert_eq!(problem["least_minor"], 5_000);
    drop(town.app);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_offer_is_on_the_page_before_it_is_in_the_cart_and_goes_when_it_is_withdrawn() {
    let town = Town::open().await;
    let (web, host) = (&town.web, town.nord.host.as_str());
    let nonsense = town
        .submit(
            "offers",
            &[("name", "Odd"), ("kind", "size"), ("count", "2"), ("paid", "3")],
        )
        .await;
    assert_eq!(nonsense.status, 422, "{}", nonsense.text);
    let added = town
        .submit(
            "offers",
            &[
                ("name", "Three <for> two"),
                ("kind", "size"),
                ("count", "3"),
                ("paid", "2"),
            ],
        )
        .await;
    assert_eq!(added.status, 303, "{}", added.text);
    let page = web.page(host, "/events/concert").await.text;
    assert!(page.contains("Three &lt;for&gt; two"), "{page}");
    assert!(page.contains("3 tickets for the price of 2"), "{page}");
    let quantity = format!("qty_{}", town.ticket_type);
    let wish = [("request_key", "0123456789abcdef"), (quantity.as_str(), "3")];
    let cart = web.form(host, "/events/concert/carts", &wish).await.leads_to();
    let shown = web.page(host, &cart).await.text;
    assert!(shown.contains("Discount: Three &lt;for&gt; two"), "{shown}");
    assert!(shown.contains("400"), "{shown}");
    let path = format!("/events/{}/price-offers", town.event);
    let listed = web.call(&town.nord, Method::GET, &path, None).await.expect(200);
    let offer = listed["data"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(listed["data"][0]["rule"]["size"], 3);
    let withdrawn = town.submit(&format!("offers/{offer}/withdrawal"), &[]).await;
    assert_eq!(withdrawn.status, 303, "{}", withdrawn.text);
    let page = web.page(host, "/events/concert").await.text;
    assert!(!page.contains("3 tickets for the price of 2"), "{page}");
    let again = web
        .call(&town.nord, Method::DELETE, &format!("{path}/{offer}"), None)
        .await;
    assert_eq!(again.status, 204, "{}", again.text);
}
