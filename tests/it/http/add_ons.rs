//! Add-ons over HTTP: made, bought, taken back, redeemed, sold at the door.

use bilten_kernel::ApiScopes;
use bilten_tests::{Shopkeeper, TestApp, Web};
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::visit::{Clerk, Rows, Visitor, leads_to, post};

const TICKET: i64 = 25_000;
const PARKING: i64 = 8_000;

struct Sale {
    app: TestApp,
    web: Web,
    shop: Shopkeeper,
    event: String,
    ticket: String,
    parking: String,
}

impl Sale {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let web = Web::new(&app);
        let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
        let made = web
            .call(&shop, Method::POST, "/events", Some(&event()))
            .await
            .expect(201);
        let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
        let event = id(&made);
        let path = format!("/events/{event}/publish");
        web.call(&shop, Method::POST, &path, None).await.expect(200);
        Self {
            ticket: id(&made["ticket_types"][0]),
            parking: id(&made["ticket_types"][1]),
            app,
            web,
            shop,
            event,
        }
    }

    fn cart(&self, items: &[(&str, i64)]) -> Value {
        let items = items
            .iter()
            .map(|(id, quantity)| json!({ "ticket_type_id": id, "quantity": quantity }));
        json!({ "event_id": self.event, "items": items.collect::<Vec<_>>() })
    }

    /// Buys so many tickets and so much parking.
    async fn buy(&self, tickets: i64, parking: i64) -> Value {
        let body = self.cart(&[(&self.ticket, tickets), (&self.parking, parking)]);
        let cart = self
            .web
            .call(&self.shop, Method::POST, "/carts", Some(&body))
            .await
            .expect(201);
        let cart = cart["id"].as_str().unwrap();
        self.web.check_out(&self.shop, cart, cart).await.expect(200)
    }
}

fn event() -> Value {
    let parking = json!({
        "name": "Parking", "price_minor": PARKING, "currency": "NOK", "capacity": 10, "kind": "add_on", "max_per_admission": 1
    });
    json!({
        "name": "Concert", "starts_at": "2031-06-01T20:00:00+02:00", "ends_at": "2031-06-01T23:00:00+02:00", "time_zone": "Europe/Oslo",
        "ticket_types": [{ "name": "Standing", "price_minor": TICKET, "currency": "NOK", "capacity": 10 }, parking],
    })
}

fn ticket(order: &Value, index: usize) -> &str {
    order["tickets"][index]["id"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_make_and_sell_add_ons() {
    let sale = Sale::open().await;
    let other = sale.web.open_shop(&sale.app, "sor", ApiScopes::all()).await;
    let path = format!("/events/{}", sale.event);
    let shown = sale.web.call(&sale.shop, Method::GET, &path, None).await.expect(200);
    let types = &shown["ticket_types"];
    assert_eq!(
        (&types[0]["kind"], &types[0]["max_per_admission"]),
        (&json!("admission"), &Value::Null)
    );
    assert_eq!(
        (&types[1]["kind"], &types[1]["max_per_admission"]),
        (&json!("add_on"), &json!(1))
    );
    let listed = sale
        .web
        .call(&sale.shop, Method::GET, "/events", None)
        .await
        .expect(200);
    assert_eq!(listed["data"][0]["ticket_types"][1]["kind"], "add_on");
    for (kind, most, param) in [
        (json!("add_on"), json!(21), "ticket_types[1].max_per_admission"),
        (json!("add_on"), json!(0), "ticket_types[1].max_per_admission"),
        (json!("admission"), json!(2), "ticket_types[1].max_per_admission"),
    ] {
        let mut wrong = event();
        wrong["ticket_types"][1]["kind"] = kind;
        wrong["ticket_types"][1]["max_per_admission"] = most;
        let refused = sale.web.call(&sale.shop, Method::POST, "/events", Some(&wrong)).await;
        assert_eq!(refused.expect_problem(422, "invalid_field")["param"], param);
    }
    let hold = async |shop: &Shopkeeper, items: &[(&str, i64)]| {
        sale.web
            .call(shop, Method::POST, "/carts", Some(&sale.cart(items)))
            .await
    };
    let refused = hold(&sale.shop, &[(&sale.parking, 1)])
        .await
        .expect_problem(422, "add_on_not_allowed");
    assert_eq!(
        (&refused["ticket_type_id"], &refused["most"]),
        (&json!(sale.parking), &json!(0))
    );
    let refused = hold(&sale.shop, &[(&sale.parking, 2), (&sale.ticket, 1)]).await;
    assert_eq!(refused.expect_problem(422, "add_on_not_allowed")["most"], 1);
    assert_eq!(hold(&other, &[(&sale.ticket, 1), (&sale.parking, 1)]).await.status, 404);
    let order = sale.buy(2, 1).await;
    assert_eq!(order["total_minor"], 2 * TICKET + PARKING);
    let kinds: Vec<&Value> = order["tickets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| &t["is_add_on"])
        .collect();
    assert_eq!(kinds, [false, false, true]);
    assert_eq!(
        (&order["items"][0]["is_add_on"], &order["items"][1]["is_add_on"]),
        (&json!(false), &json!(true))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_redeem_an_add_on_once() {
    let sale = Sale::open().await;
    let order = sale.buy(2, 1).await;
    let scan = async |index: usize, key: &str| {
        let body = json!({ "code": order["tickets"][index]["code"] });
        sale.web
            .call_once(&sale.shop, Method::POST, "/check-ins", Some(&body), Some(key))
            .await
    };
    assert_eq!(scan(2, "a").await.expect(200)["status"], "redeemed");
    assert_eq!(
        scan(2, "a").await.expect(200)["status"],
        "redeemed",
        "the same request again"
    );
    scan(2, "b").await.expect_problem(409, "already_admitted");
    assert_eq!(scan(0, "c").await.expect(200)["status"], "admitted");
}

#[tokio::test(flavor = "multi_thread")]
async fn buyers_find_add_ons_below_the_tickets_and_get_none_alone() {
    let sale = Sale::open().await;
    let host = sale.shop.host.as_str();
    let page = sale.web.page(host, "/events/concert").await.text;
    let heading = page.find("id=\"add-ons-title\"").expect("a section of its own");
    assert!(page.find(&sale.ticket).unwrap() < heading && heading < page.find(&sale.parking).unwrap());
    assert!(page.contains("One for each ticket at most"));
    let (ticket, parking) = (format!("qty_{}", sale.ticket), format!("qty_{}", sale.parking));
    for (fields, says) in [
        (vec![(parking.as_str(), "1")], "only sold together with a ticket"),
        (
            vec![(parking.as_str(), "2"), (ticket.as_str(), "1")],
            "you can have one of it",
        ),
    ] {
        let refused = post(&sale.web, host, "/events/concert/carts", &fields).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains(says), "{says}: {}", refused.text);
    }
    assert_eq!(Rows::read(&sale.app).await.held, 0, "nothing was held");
    // Without a script the page comes back with a key first; its form is served then.
    let fields = [(ticket.as_str(), "2"), (parking.as_str(), "1"), ("request_key", "")];
    let again = post(&sale.web, host, "/events/concert/carts", &fields).await;
    assert_eq!(again.status, 200);
    let fields = [
        (ticket.as_str(), "2"),
        (parking.as_str(), "1"),
        ("request_key", "0123456789abcdef"),
    ];
    let cart = leads_to(&post(&sale.web, host, "/events/concert/carts", &fields).await);
    assert_eq!(
        leads_to(&post(&sale.web, host, "/events/concert/carts", &fields).await),
        cart,
        "sent twice"
    );
    let shown = sale.web.page(host, &cart).await.text;
    assert!(shown.contains("1 × Parking <span class=\"badge\">Add-on"), "{shown}");
    let details = [("email", "ada@example.org"), ("name", "Ada")];
    let pay = leads_to(&post(&sale.web, host, &cart, &details).await);
    let sandbox = leads_to(&post(&sale.web, host, &pay, &[("method", "sandbox")]).await);
    let visitor = Visitor { cart, pay, sandbox };
    let back = visitor.choose(&sale.web, &sale.shop, "pay").await;
    let order = leads_to(&sale.web.page(host, &back).await);
    sale.web.run_jobs().await;
    let bought = sale.web.page(host, &order).await.text;
    assert!(bought.contains("does not let anybody in"), "{bought}");
    let mails = sale.web.page(host, "/dev/mail").await.text;
    assert!(mails.contains("Concert"));
    let foreign = sale.web.open_shop(&sale.app, "sor", ApiScopes::all()).await;
    assert_eq!(sale.web.page(&foreign.host, &order).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_add_on_goes_back_with_its_ticket() {
    let sale = Sale::open().await;
    let host = sale.shop.host.as_str();
    let clerk = Clerk::owner(&sale.web, &sale.shop).await;
    let policy = format!("/manage/events/{}/return-policy", sale.event);
    let fields = [
        ("self_service", "1"),
        ("withdrawal_days", "0"),
        ("days_0", "1"),
        ("percent_0", "10"),
    ];
    leads_to(&clerk.send(&sale.web, &policy, &fields).await);
    sale.app.advance(SignedDuration::from_secs(1));
    let order = sale.buy(2, 2).await;
    let id = order["id"].as_str().unwrap().parse().unwrap();
    let page = format!("/orders/{}", sale.web.state.links.order(sale.shop.id, id));
    let returns = format!("{page}/returns");
    let offer = |index: usize, price: i64| format!("{}:{}", ticket(&order, index), price - price / 10);
    let offers = [offer(0, TICKET), offer(1, TICKET), offer(2, PARKING), offer(3, PARKING)];
    let with = |chosen: &[usize]| {
        let mut fields: Vec<(&str, &str)> = offers.iter().map(|offer| ("offer", offer.as_str())).collect();
        fields.extend(chosen.iter().map(|index| ("ticket", ticket(&order, *index))));
        fields
    };
    let asked = post(&sale.web, host, &returns, &with(&[0])).await;
    assert_eq!(asked.status, 409);
    assert!(asked.text.contains("goes back as well"), "{}", asked.text);
    assert_eq!(asked.text.matches(" checked").count(), 2, "the ticket and its add-on");
    assert_eq!(leads_to(&post(&sale.web, host, &returns, &with(&[0, 3])).await), page);
    sale.web.run_jobs().await;
    let rows = Rows::read(&sale.app).await;
    assert_eq!(
        (rows.valid, rows.void, rows.returned),
        (2, 2, (TICKET + PARKING) * 9 / 10)
    );
    // An add-on alone may go back.
    assert_eq!(leads_to(&post(&sale.web, host, &returns, &with(&[2])).await), page);
    sale.web.run_jobs().await;
    assert_eq!(Rows::read(&sale.app).await.valid, 1);
    let sales = clerk
        .page(&sale.web, &format!("/manage/events/{}", sale.event))
        .await
        .text;
    assert!(sales.contains("id=\"add-ons-title\""), "a table of their own");
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_decide_what_becomes_of_add_ons() {
    let sale = Sale::open().await;
    let clerk = Clerk::owner(&sale.web, &sale.shop).await;
    for (answer, valid) in [("take", 2), ("leave", 5)] {
        let order = sale.buy(2, 2).await;
        let page = format!("/manage/orders/{}", order["id"].as_str().unwrap());
        let path = format!("{page}/returns");
        let chosen = [("ticket", ticket(&order, 0))];
        let asked = clerk.send(&sale.web, &path, &chosen).await;
        assert_eq!(asked.status, 422);
        assert!(asked.text.contains("One add-on would stand alone"), "{}", asked.text);
        let fields = [chosen[0], ("add_ons", answer)];
        assert_eq!(leads_to(&clerk.send(&sale.web, &path, &fields).await), page);
        assert_eq!(Rows::read(&sale.app).await.valid, valid, "{answer}");
        assert!(clerk.page(&sale.web, &page).await.text.contains("Add-on"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_door_redeems_and_sells_add_ons() {
    let sale = Sale::open().await;
    let clerk = Clerk::owner(&sale.web, &sale.shop).await;
    let order = sale.buy(1, 1).await;
    let door = format!("/manage/events/{}/check-in", sale.event);
    let code = order["tickets"][1]["code"].as_str().unwrap();
    let scan = async || clerk.send(&sale.web, &door, &[("code", code)]).await.text;
    let first = scan().await;
    assert!(
        first.contains("door__answer--admit") && first.contains("Redeemed: Parking"),
        "{first}"
    );
    let again = scan().await;
    assert!(again.contains("door__answer--check"), "{again}");
    assert!(
        again.contains("<strong>0</strong> <span class=\"muted\">/ 1"),
        "it is nobody who came in: {again}"
    );
    let path = format!("/manage/events/{}/door-sale", sale.event);
    let (ticket, parking) = (format!("qty_{}", sale.ticket), format!("qty_{}", sale.parking));
    let refused = clerk.send(&sale.web, &path, &[(&parking, "1")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("sold beside tickets only"), "{}", refused.text);
    let cart = leads_to(&clerk.send(&sale.web, &path, &[(&ticket, "1"), (&parking, "1")]).await);
    let total = (TICKET + PARKING).to_string();
    assert_eq!(
        leads_to(
            &clerk
                .send(&sale.web, &cart, &[("total", &total), ("let_in", "1")])
                .await
        ),
        path
    );
    let mut admin = sale.app.test_db.admin().await;
    let came: (i64, i64) = sqlx::query_as(
        "select count(*) filter (where not is_add_on), count(*) filter (where is_add_on) from bilten.check_ins",
    )
    .fetch_one(&mut admin)
    .await
    .unwrap();
    assert_eq!(came, (1, 1), "who is let in keeps what he bought beside for later");
    let list = clerk
        .page(&sale.web, &format!("/manage/events/{}/attendees", sale.event))
        .await
        .text;
    assert_eq!(list.matches(">Add-on<").count(), 2);
    assert!(list.contains("2 tickets"), "two people: {list}");
    let file = clerk
        .page(&sale.web, &format!("/manage/events/{}/attendees.csv", sale.event))
        .await
        .text;
    assert_eq!(
        (file.matches(",add_on").count(), file.matches(",admission").count()),
        (2, 2),
        "{file}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wizard_makes_add_ons() {
    let sale = Sale::open().await;
    let clerk = Clerk::owner(&sale.web, &sale.shop).await;
    let mut draft = event();
    draft["ticket_types"].as_array_mut().unwrap().truncate(1);
    let made = sale
        .web
        .call(&sale.shop, Method::POST, "/events", Some(&draft))
        .await
        .expect(201);
    let (id, first) = (
        made["id"].as_str().unwrap(),
        made["ticket_types"][0]["id"].as_str().unwrap(),
    );
    let path = format!("/manage/events/{id}/setup/tickets");
    let rows = |most: &'static str| {
        [
            ("id_0", first),
            ("name_0", "Standing"),
            ("price_0", "250"),
            ("capacity_0", "10"),
            ("id_1", ""),
            ("name_1", "Dinner"),
            ("price_1", "300"),
            ("capacity_1", "40"),
            ("addon_1", "1"),
            ("peradmission_1", most),
        ]
    };
    for wrong in ["21", "0", "many"] {
        let refused = clerk.send(&sale.web, &path, &rows(wrong)).await;
        assert_eq!(refused.status, 422, "{wrong}");
        assert!(refused.text.contains("peradmission_1-error"), "{}", refused.text);
    }
    leads_to(&clerk.send(&sale.web, &path, &rows("3")).await);
    let shown = sale
        .web
        .call(&sale.shop, Method::GET, &format!("/events/{id}"), None)
        .await
        .expect(200);
    assert_eq!(shown["ticket_types"][1]["max_per_admission"], 3);
    // Nobody can buy what there is only beside something else.
    let only = [
        ("id_0", first),
        ("name_0", "Standing"),
        ("price_0", "250"),
        ("capacity_0", "10"),
        ("addon_0", "1"),
    ];
    leads_to(&clerk.send(&sale.web, &path, &only).await);
    let publish = sale
        .web
        .call(&sale.shop, Method::POST, &format!("/events/{id}/publish"), None)
        .await;
    assert_eq!(publish.status, 409, "{}", publish.text);
}
