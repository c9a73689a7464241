//! Taxes by who buys: what the checkout asks, what the order keeps, and what staff see.

use bilten_billing::{
    finance,
    ledger::{Book, Code},
    refunds, vat,
};
use bilten_core::{
    catalog,
    orders::{self, Order, OrderState},
    pricing::{Attendance, Finding, Scheme, ShopTerms, TaxRate},
};
use bilten_kernel::{ApiScopes, EventId, TicketTypeId};
use bilten_tenancy::permissions::Role;
use bilten_tests::{
    Clerk, Shopkeeper, TestApp, Web,
    fakes::{FakeRegisters, RegisterFault},
};
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{charge, terms};

/// A shop of Norway that also declares in Germany; its ticket of 125.00 is watched from elsewhere.
struct Town {
    app: TestApp,
    web: Web,
    nord: Shopkeeper,
    registers: FakeRegisters,
    event: EventId,
    ticket_type: TicketTypeId,
}

fn world() -> ShopTerms {
    let mut terms = terms((0, 0), false);
    let german = TaxRate {
        country: "DE".parse().unwrap(),
        rate_bp: 1_900,
        ..terms.taxes.rates[0]
    };
    terms.taxes.rates.push(german);
    terms
}

impl Town {
    async fn open(attendance: Attendance) -> Self {
        let app = TestApp::start().await;
        let registers = FakeRegisters::start().await;
        let settings = registers.settings();
        let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let web = Web::with_settings(&app, &settings);
        let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
        let (event, ticket_type) = web.open_sale(&nord, 50, 12_500).await;
        charge(&app, nord.id, world(), (0, 0)).await;
        let town = Self {
            app,
            web,
            nord,
            registers,
            event: event.parse().unwrap(),
            ticket_type: ticket_type.parse().unwrap(),
        };
        town.attend(attendance).await;
        town
    }

    fn ctx(&self) -> bilten_kernel::Ctx {
        self.app.ctx(&self.app.alfa).in_tenant(self.nord.id)
    }

    async fn attend(&self, attendance: Attendance) {
        let ctx = self.ctx();
        let mut tx = self.app.db.begin(&ctx).await.unwrap();
        catalog::set_taxes(&ctx, &mut tx, self.event, &[(self.ticket_type, None, attendance)])
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// Puts two tickets into a cart; returns its page.
    async fn fill(&self, key: &str) -> String {
        // So that the latest order is the latest.
        self.app.advance(SignedDuration::from_secs(1));
        let field = format!("qty_{}", self.ticket_type);
        let wish = [("request_key", key), (field.as_str(), "2")];
        self.web
            .form(&self.nord.host, "/events/concert/carts", &wish)
            .await
            .leads_to()
    }

    async fn tell(&self, cart: &str, [country, company, vat_id]: [&str; 3]) -> bilten_tests::Answer {
        let fields = [
            ("email", "ada@example.org"),
            ("name", "Ada"),
            ("asks_tax", "1"),
            ("country", country),
            ("company", company),
            ("vat_id", vat_id),
        ];
        self.web.form(&self.nord.host, cart, &fields).await
    }

    /// The latest order.
    async fn order(&self) -> Order {
        let ctx = self.ctx();
        let mut admin = self.app.test_db.admin().await;
        let id: uuid::Uuid = sqlx::query_scalar(
            "select id from bilten.orders where tenant_id = $1 order by created_at desc, id desc limit 1",
        )
        .bind(self.nord.id.uuid())
        .fetch_one(&mut admin)
        .await
        .unwrap();
        let mut tx = self.app.db.begin(&ctx).await.unwrap();
        orders::find(&mut tx, id.into()).await.unwrap().unwrap()
    }

    async fn pay(&self, pay: &str, seen: &str) -> String {
        let host = self.nord.host.as_str();
        let fields = [("method", "sandbox"), ("to_pay", seen)];
        let sandbox = self.web.form(host, pay, &fields).await.leads_to();
        let back = self.web.form(host, &sandbox, &[("outcome", "pay")]).await.leads_to();
        self.web.page(host, &back).await.location().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_company_of_another_country_pays_no_tax_on_what_it_watches() {
    let town = Town::open(Attendance::Virtual).await;
    town.registers.register("DE123456789");
    let cart = town.fill("0123456789abcdef").await;
    let page = town.web.page(&town.nord.host, &cart).await.text;
    assert!(
        page.contains("Buying for a company?") && page.contains("Germany"),
        "{page}"
    );
    // What is wrong is told by field, and a number that nobody has is one that is wrong.
    for (told, word) in [
        (["", "", ""], "Choose a country"),
        (["DE", "Muster", "DE12"], "prefix of its country"),
        (["FR", "Muster", "DE123456789"], "of another country"),
        (["DE", "Muster", "DE999999999"], "does not know this number"),
    ] {
        let answer = town.tell(&cart, told).await;
        assert_eq!(answer.status, 422, "{told:?}");
        assert!(answer.text.contains(word), "{word}: {}", answer.text);
    }
    let pay = town
        .tell(&cart, ["DE", "Muster <GmbH>", "de 123 456 789"])
        .await
        .leads_to();
    let page = town.web.page(&town.nord.host, &pay).await.text;
    assert!(
        page.contains("name=\"to_pay\" value=\"20000\"") && page.contains("Reverse charge"),
        "{page}"
    );
    assert!(
        page.contains("Muster &lt;GmbH&gt;") && page.contains("DE 123456789"),
        "{page}"
    );
    let order = town.order().await;
    let told = order.buyer_tax.clone().unwrap();
    assert_eq!(
        (told.finding, told.treatment, order.total.minor),
        (Finding::Valid, Scheme::ReverseCharge, 20_000)
    );
    assert_eq!(order.lines[0].unit_price.minor, 10_000);
    // Sent twice it is the same order.
    town.tell(&cart, ["DE", "Muster <GmbH>", "DE123456789"])
        .await
        .leads_to();
    assert_eq!(town.order().await, order);
    let page = town.pay(&pay, "20000").await;
    let page = town.web.page(&town.nord.host, &page).await.text;
    assert!(
        page.contains("Reverse charge") && page.contains("Muster &lt;GmbH&gt;"),
        "{page}"
    );
    town.web.run_jobs().await;
    let mails = town
        .web
        .state
        .mailbox
        .as_ref()
        .unwrap()
        .list(Some(town.nord.id))
        .await
        .unwrap();
    let mail = mails.into_iter().find(|mail| mail.to.name == "Ada").expect("a mail");
    assert!(
        mail.text.contains("Reverse charge") && mail.text.contains("DE 123456789"),
        "{}",
        mail.text
    );
    // The evidence is the shop's alone.
    let mut tx = town.app.db.begin(&town.app.ctx(&town.app.alfa)).await.unwrap();
    let number = told.vat_id.unwrap();
    assert!(vat::list_checks(&mut tx, &number).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn programs_tell_the_company_that_buys_and_a_wrong_number_sells_nothing() {
    let town = Town::open(Attendance::Virtual).await;
    town.registers.register("DE123456789");
    let items = json!([{ "ticket_type_id": town.ticket_type.to_string(), "quantity": 2 }]);
    let wish = json!({ "event_id": town.event.to_string(), "items": items });
    let cart = town
        .web
        .call_once(&town.nord, Method::POST, "/carts", Some(&wish), Some("cart"))
        .await
        .expect(201);
    let path = format!("/carts/{}/checkout", cart["id"].as_str().unwrap());
    let buy = async |tax: Value, key: &str| {
        let buyer = json!({ "email": "ada@example.org", "name": "Ada", "tax": tax });
        let body = json!({ "buyer": buyer, "payment": { "method": "sandbox" } });
        town.web
            .call_once(&town.nord, Method::POST, &path, Some(&body), Some(key))
            .await
    };
    for (key, tax, field) in [
        ("a", json!({ "country": "Germany" }), "buyer.tax.country"),
        ("b", json!({ "country": "DE", "company": " " }), "buyer.tax.company"),
        (
            "c",
            json!({ "country": "DE", "vat_id": "DE123456789" }),
            "buyer.tax.company",
        ),
        (
            "d",
            json!({ "country": "FR", "company": "Muster", "vat_id": "DE123456789" }),
            "buyer.tax.vat_id",
        ),
        (
            "e",
            json!({ "country": "DE", "company": "Muster", "vat_id": "DE999999999" }),
            "buyer.tax.vat_id",
        ),
    ] {
        let refused = buy(tax, key).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert!(refused.text.contains(field), "{field}: {}", refused.text);
    }
    let tax = json!({ "country": "DE", "company": "Muster GmbH", "vat_id": "de 123 456 789" });
    let paid = buy(tax.clone(), "f").await.expect(200);
    let told = json!({ "country": "DE", "company": "Muster GmbH", "vat_id": "DE 123456789", "finding": "valid" });
    assert_eq!(
        (&paid["state"], &paid["total_minor"], &paid["buyer"]["tax"]),
        (&json!("paid"), &json!(20_000), &told)
    );
    assert_eq!(paid["charges"]["taxes"][0]["scheme"], "reverse_charge");
    assert_eq!(buy(tax, "f").await.expect(200), paid, "sent twice it is the same order");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_takes_no_tax_off_a_ticket() {
    let town = Town::open(Attendance::Physical).await;
    town.registers.register("DE123456789");
    let mut told = world();
    told.asks_businesses = true;
    charge(&town.app, town.nord.id, told, (0, 0)).await;
    let cart = town.fill("0123456789abcdef").await;
    let page = town.web.page(&town.nord.host, &cart).await.text;
    assert!(page.contains("Buying for a company?"), "{page}");
    let pay = town.tell(&cart, ["DE", "Muster GmbH", "DE123456789"]).await.leads_to();
    let page = town.web.page(&town.nord.host, &pay).await.text;
    assert!(
        page.contains("value=\"25000\"") && page.contains("VAT 25") && !page.contains("Reverse charge"),
        "{page}"
    );
    let order = town.order().await;
    let tax = order.charges.unwrap().total();
    assert_eq!(
        (tax.tax().minor, order.buyer_tax.unwrap().treatment),
        (5_000, Scheme::Standard)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_country_in_another_tab_is_another_total_that_is_shown_first() {
    let town = Town::open(Attendance::Virtual).await;
    town.registers.register("DE123456789");
    let cart = town.fill("0123456789abcdef").await;
    let pay = town.tell(&cart, ["DE", "", ""]).await.leads_to();
    let order = town.order().await;
    let share = order.charges.as_ref().unwrap().total();
    // Private buyers pay what they saw; only the tax in it is another one.
    assert_eq!((order.total.minor, share.tax().minor), (25_000, 3_992));
    assert_eq!(share.taxes[0].scheme, Scheme::Destination);
    let page = town.web.page(&town.nord.host, &pay).await.text;
    assert!(page.contains("VAT 19 %, Germany"), "{page}");
    // A second tab buys for a company; the first one still shows what it showed.
    town.tell(&cart, ["DE", "Muster GmbH", "DE123456789"]).await.leads_to();
    let sent = town
        .web
        .form(&town.nord.host, &pay, &[("method", "sandbox"), ("to_pay", "25000")])
        .await;
    assert_eq!(sent.leads_to(), pay);
    assert!(
        sent.cookies().iter().any(|cookie| cookie.contains("flash-tax-total")),
        "{:?}",
        sent.cookies()
    );
    assert_eq!(town.order().await.state, OrderState::Quoted);
    town.pay(&pay, "20000").await;
    let order = town.order().await;
    assert_eq!((order.state, order.total.minor), (OrderState::Paid, 20_000));
    // Whoever does not say where he lives is taxed as if he came.
    let cart = town.fill("fedcba9876543210").await;
    let fields = [("email", "ada@example.org"), ("name", "Ada")];
    town.web.form(&town.nord.host, &cart, &fields).await.leads_to();
    let order = town.order().await;
    assert_eq!(
        (order.buyer_tax, order.charges.unwrap().total().tax().minor),
        (None, 5_000)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_register_that_answers_late_puts_the_order_on_a_list() {
    let town = Town::open(Attendance::Virtual).await;
    town.registers.set_fault(Some(RegisterFault::Unavailable));
    let cart = town.fill("0123456789abcdef").await;
    let told = town.tell(&cart, ["DE", "Muster GmbH", "DE123456789"]).await;
    let said = told
        .cookies()
        .iter()
        .any(|cookie| cookie.contains("flash-vat-unavailable"));
    assert!(said, "{} {:?} {}", told.status, told.headers, told.text);
    let pay = told.leads_to();
    let order = town.order().await;
    assert_eq!(order.buyer_tax.as_ref().unwrap().finding, Finding::Unavailable);
    assert_eq!(
        (order.total.minor, order.charges.unwrap().total().tax().minor),
        (25_000, 3_992)
    );
    town.pay(&pay, "25000").await;
    // Sessions end while nobody acts.
    let owner = async || Clerk::hire(&town.app, (town.nord.id, &town.nord.host), Role::Owner, None).await;
    let list = async || town.web.look(&owner().await, "/manage/taxes").await.text;
    for _ in 0..3 {
        town.app.advance(SignedDuration::from_hours(7));
        town.web.run_jobs().await;
        assert!(!list().await.contains("VAT numbers confirmed later"));
    }
    town.registers.set_fault(None);
    town.registers.register("DE123456789");
    for _ in 0..2 {
        town.app.advance(SignedDuration::from_hours(7));
        town.web.run_jobs().await;
    }
    let page = list().await;
    assert!(
        page.contains("VAT numbers confirmed later") && page.contains("39.92"),
        "{page}"
    );
    assert_eq!(
        page.matches(order.code.to_string().as_str()).count(),
        2,
        "once, with its button: {page}"
    );
    // The order itself stays what was paid.
    assert_eq!(town.order().await.total.minor, 25_000);
    let sud = town.web.open_shop(&town.app, "sud", ApiScopes::all()).await;
    let stranger = Clerk::hire(&town.app, (sud.id, &sud.host), Role::Owner, None).await;
    assert!(
        !town
            .web
            .look(&stranger, "/manage/taxes")
            .await
            .text
            .contains("confirmed later")
    );
    let close = format!("/manage/taxes/corrections/{}", order.id);
    assert_eq!(town.web.submit(&stranger, &close, &[]).await.status, 404);
    for _ in 0..2 {
        assert_eq!(
            town.web.submit(&owner().await, &close, &[]).await.leads_to(),
            "/manage/taxes"
        );
    }
    assert!(!list().await.contains("confirmed later"));
}

/// The report of taxes as a file, line by line without its head.
async fn declared(web: &Web, owner: &Clerk) -> Vec<String> {
    let file = web
        .look(owner, "/manage/finance/taxes.csv?from=2000-01-01&to=2100-01-01")
        .await;
    assert_eq!(file.status, 200, "{}", file.text);
    file.text.lines().skip(1).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_report_adds_up_by_country_what_the_books_say() {
    let town = Town::open(Attendance::Virtual).await;
    let owner = Clerk::hire(&town.app, (town.nord.id, &town.nord.host), Role::Owner, None).await;
    town.registers.register("DE123456789");
    for (key, told, seen) in [
        ("0123456789abcde0", ["DE", "Muster GmbH", "DE123456789"], "20000"),
        ("0123456789abcde1", ["DE", "", ""], "25000"),
        ("0123456789abcde2", ["NO", "", ""], "25000"),
        ("0123456789abcde3", ["FR", "", ""], "25000"),
    ] {
        let cart = town.fill(key).await;
        let pay = town.tell(&cart, told).await.leads_to();
        town.pay(&pay, seen).await;
    }
    let rows = declared(&town.web, &owner).await;
    let expected = [
        ("NO", "standard", "25", ",400,", ",100,"),
        ("DE", "destination", "19", "210.08", "39.92"),
        ("DE", "reverse_charge", "0", ",200,", ",0,"),
    ];
    for (row, (country, scheme, rate, base, tax)) in rows.iter().zip(expected) {
        for word in [country, scheme, rate, base, tax] {
            assert!(row.contains(word), "{word}: {rows:?}");
        }
    }
    // Together it is what moved on the accounts of taxes.
    let ctx = town.ctx();
    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    let span = finance::Span {
        from: town.app.now() - SignedDuration::from_hours(48),
        until: town.app.now() + SignedDuration::from_hours(48),
        event: None,
    };
    let ties = async |tx: &mut bilten_tenancy::TenantTx| {
        let rows = finance::list_taxes(tx, &span).await.unwrap();
        let moved = finance::list_movements(tx, &span).await.unwrap();
        let moved = moved
            .iter()
            .filter(|moved| moved.account.code == Code::TaxPayable && moved.account.book == Book::Tenant);
        let moved: i64 = moved.map(|moved| -moved.amount.minor).sum();
        assert_eq!(rows.iter().map(|row| row.tax.minor).sum::<i64>(), moved);
        rows
    };
    let rows = ties(&mut tx).await;
    assert_eq!(
        rows.iter().map(|row| row.base.minor).collect::<Vec<_>>(),
        [40_000, 21_008, 20_000]
    );
    tx.commit().await.unwrap();
    // What goes back is taken off, base and tax; also where there was no tax.
    let ctx = town.ctx();
    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    for order in orders::list_paid(&mut tx, town.event, None, 10).await.unwrap() {
        refunds::cancel_order(&ctx, &mut tx, order).await.unwrap();
    }
    tx.commit().await.unwrap();
    town.web.run_jobs().await;
    let mut tx = town.app.db.begin(&town.ctx()).await.unwrap();
    assert!(ties(&mut tx).await.is_empty(), "everything went back");
    tx.commit().await.unwrap();
    assert!(declared(&town.web, &owner).await.is_empty());
}
