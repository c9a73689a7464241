//! The waiting list as visitors and staff meet it.

use bilten_kernel::ApiScopes;
use bilten_tenancy::permissions::Role;
use bilten_tests::{Clerk, Shopkeeper, TestApp, Web};
use http::Method;
use serde_json::{Value, json};

const LIST: &str = "/events/concert/waiting-list";

/// A shop whose four tickets are in orders of one each.
struct SoldOut {
    shop: Shopkeeper,
    event: String,
    ticket_type: String,
}

impl SoldOut {
    async fn open(app: &TestApp, web: &Web, slug: &str) -> Self {
        let shop = web.open_shop(app, slug, ApiScopes::all()).await;
        let (event, ticket_type) = web.open_sale(&shop, 4, 10_000).await;
        for number in 0..4 {
            let cart = web.hold(&shop, &event, &ticket_type, 1).await.expect(201);
            let cart = cart["id"].as_str().unwrap();
            web.check_out(&shop, cart, &format!("order-{number}")).await.expect(200);
        }
        Self {
            shop,
            event,
            ticket_type,
        }
    }

    async fn join(&self, web: &Web, email: &str, party: &str) -> bilten_tests::Answer {
        let fields = [
            ("type", self.ticket_type.as_str()),
            ("party", party),
            ("email", email),
            ("name", "Ada Wait"),
        ];
        web.form(&self.shop.host, LIST, &fields).await
    }

    /// Two more places.
    async fn grow(&self, app: &TestApp, by: i64) {
        let mut admin = app.test_db.admin().await;
        let tenant = self.shop.id.uuid();
        let grow = format!("update bilten.capacity_pools set capacity = capacity + {by} where tenant_id = '{tenant}'");
        bilten_tests::db::run(&mut admin, &grow).await;
    }

    async fn mails(&self, web: &Web) -> Vec<Mail> {
        let mailbox = web.state.mailbox.as_ref().unwrap();
        let mails = mailbox.list(Some(self.shop.id)).await.unwrap();
        let hers = mails.into_iter().filter(|mail| mail.to.name == "Ada Wait");
        hers.map(|mail| Mail {
            subject: mail.subject,
            text: mail.text,
        })
        .collect()
    }

    async fn left(&self, web: &Web) -> Value {
        let path = format!("/events/{}", self.event);
        web.call(&self.shop, Method::GET, &path, None).await.expect(200)["ticket_types"][0]["left"].clone()
    }
}

/// What a mail says.
#[derive(Debug)]
struct Mail {
    subject: String,
    text: String,
}

/// The first path of this kind in a mail's text.
fn link(mail: &Mail, kind: &str) -> String {
    let at = mail
        .text
        .find(kind)
        .unwrap_or_else(|| panic!("no {kind} in {}", mail.text));
    mail.text[at..].split_whitespace().next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_joins_is_offered_tickets_and_buys_them() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let list = SoldOut::open(&app, &web, "nord").await;
    let host = list.shop.host.as_str();
    let event = web.page(host, "/events/concert").await.text;
    let way = format!("{LIST}?type={}", list.ticket_type);
    assert!(event.contains(&way), "{event}");
    let form = web.page(host, &way).await;
    assert!(form.status == 200 && form.text.contains("checked"), "{}", form.text);
    let joined = list.join(&web, "ada@example.org", "2").await.leads_to();
    assert_eq!(web.page(host, &joined).await.status, 200);
    web.run_jobs().await;
    let mails = list.mails(&web).await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    let page = link(&mails[0], "/waiting-list/");
    let seen = web.page(host, &page).await;
    assert!(
        seen.status == 200 && seen.text.contains("You are on the list"),
        "{}",
        seen.text
    );

    list.grow(&app, 2).await;
    assert_eq!(list.left(&web).await, json!(0), "they are as good as gone");
    app.advance(jiff::SignedDuration::from_mins(1));
    web.run_jobs().await;
    let mails = list.mails(&web).await;
    let offer = mails
        .iter()
        .find(|mail| mail.subject.contains("are here"))
        .expect("an offer");
    let checkout = link(offer, "/checkout/");
    let details = web.page(host, &checkout).await.text;
    assert!(
        details.contains("Kept for you until") && !details.contains("<hold-countdown"),
        "{details}"
    );
    assert!(!details.contains("/extend"), "{details}");
    assert!(
        details.contains("value=\"ada@example.org\""),
        "she has told who she is: {details}"
    );
    assert!(web.page(host, &page).await.text.contains("Your tickets are here"));
    let buyer = [("email", "ada@example.org"), ("name", "Ada Wait")];
    let pay = web.form(host, &checkout, &buyer).await.leads_to();
    let sandbox = web.form(host, &pay, &[("method", "sandbox")]).await.leads_to();
    let back = web.form(host, &sandbox, &[("outcome", "pay")]).await.leads_to();
    let order = web.page(host, &back).await.leads_to();
    assert!(web.page(host, &order).await.text.contains("You’re in"));
    let seen = web.page(host, &page).await.text;
    assert!(
        seen.contains("You have your tickets") && !seen.contains("/departure"),
        "{seen}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_leaves_the_list_once_and_belongs_to_one_shop() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let list = SoldOut::open(&app, &web, "nord").await;
    let other = SoldOut::open(&app, &web, "sor").await;
    list.join(&web, "ada@example.org", "1").await.leads_to();
    other.join(&web, "ada@example.org", "1").await.leads_to();
    web.run_jobs().await;
    let page = link(&list.mails(&web).await[0], "/waiting-list/");
    assert_eq!(web.page(&other.shop.host, &page).await.status, 404);
    let departure = format!("{page}/departure");
    let forged = format!("/waiting-list/{}/departure", "a".repeat(52));
    for (host, path) in [(&other.shop.host, &departure), (&list.shop.host, &forged)] {
        assert_eq!(web.form(host, path, &[]).await.status, 404, "{host} {path}");
    }
    for _ in 0..2 {
        let answer = web.form(&list.shop.host, &departure, &[]).await;
        assert_eq!(answer.leads_to(), page);
        let seen = web.page(&list.shop.host, &page).await.text;
        assert!(seen.contains("You are off the list"), "{seen}");
    }
    let theirs = link(&other.mails(&web).await[0], "/waiting-list/");
    assert!(
        web.page(&other.shop.host, &theirs)
            .await
            .text
            .contains("You are on the list")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_who_waits_and_nobody_is_flooded_with_mails() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let list = SoldOut::open(&app, &web, "nord").await;
    let first = list.join(&web, "ada@example.org", "1").await;
    for again in ["ada@example.org", "ADA@example.org "] {
        let answer = list.join(&web, again, "3").await;
        assert_eq!((answer.status, answer.leads_to()), (first.status, first.leads_to()));
    }
    web.run_jobs().await;
    assert_eq!(list.mails(&web).await.len(), 1);
    app.advance(jiff::SignedDuration::from_hours(1));
    list.join(&web, "ada@example.org", "1").await.leads_to();
    web.run_jobs().await;
    let mails = list.mails(&web).await;
    assert_eq!(mails.len(), 2);
    assert_eq!(link(&mails[0], "/waiting-list/"), link(&mails[1], "/waiting-list/"));
    assert!(
        mails.iter().all(|mail| mail.text.contains("One ticket")),
        "the wish stays as it was"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_form_is_told_and_what_was_typed_is_kept() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let list = SoldOut::open(&app, &web, "nord").await;
    let odd = [("party", "<b>"), ("email", "ada@"), ("name", "\"><i>")];
    let answer = web.form(&list.shop.host, LIST, &odd).await;
    assert_eq!(answer.status, 422);
    assert!(
        !answer.text.contains("<b>") && !answer.text.contains("<i>"),
        "{}",
        answer.text
    );
    for told in ["not a number of tickets", "look like an email", "at least one kind"] {
        assert!(answer.text.contains(told), "{told}: {}", answer.text);
    }
    let many = list.join(&web, "ada@example.org", "9").await;
    assert!(
        many.status == 422 && many.text.contains("At most 4 per order"),
        "{}",
        many.text
    );
    list.grow(&app, 20).await;
    let available = list.join(&web, "ada@example.org", "2").await;
    assert!(
        available.status == 409 && available.text.contains("can be bought right now"),
        "{}",
        available.text
    );
    assert_eq!(
        web.form(&list.shop.host, "/events/none/waiting-list", &odd)
            .await
            .status,
        404
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_see_who_waits_and_take_somebody_off() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let list = SoldOut::open(&app, &web, "nord").await;
    list.join(&web, "ada@example.org", "2").await.leads_to();
    let hire = async |role| Clerk::hire(&app, (list.shop.id, &list.shop.host), role, None).await;
    let (owner, door) = (hire(Role::Owner).await, hire(Role::DoorStaff).await);
    let path = format!("/manage/events/{}/waiting-list", list.event);
    let see = async |clerk: &Clerk, path: &str| web.look(clerk, path).await;
    let seen = see(&owner, &path).await;
    assert!(
        seen.status == 200 && seen.text.contains("ada@example.org"),
        "{}",
        seen.text
    );
    let action = seen
        .text
        .split("action=\"")
        .find(|rest| rest.contains("/removal\""))
        .unwrap();
    let action = action.split('"').next().unwrap().to_owned();
    let refused = see(&door, &path).await;
    assert!(!refused.text.contains("ada@example.org") && !refused.status.is_success());
    assert!(!web.submit(&door, &action, &[]).await.status.is_redirection());
    web.submit(&owner, &action, &[]).await.leads_to();
    assert!(!see(&owner, &path).await.text.contains("ada@example.org"));
    let all = see(&owner, &format!("{path}?all=1")).await.text;
    assert!(all.contains("ada@example.org") && !all.contains("/removal\""), "{all}");
    let api = format!("/events/{}/waiting-list", list.event);
    let open = web.call(&list.shop, Method::GET, &api, None).await.expect(200);
    assert_eq!(open["data"], json!([]));
    let ended = web
        .call(&list.shop, Method::GET, &format!("{api}?state=all"), None)
        .await
        .expect(200);
    let (entry, wish) = (
        &ended["data"][0],
        (&ended["data"][0]["party_size"], &ended["data"][0]["min_party_size"]),
    );
    assert_eq!(
        (&entry["state"], &entry["email"]),
        (&json!("left"), &json!("ada@example.org"))
    );
    assert_eq!(wish, (&json!(2), &json!(2)));
    let event = see(&owner, &format!("/manage/events/{}", list.event)).await.text;
    assert!(event.contains(&path), "{event}");
}
