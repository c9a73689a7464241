//! What makes a shop pleasant: its icon, its filters, the question about a mistyped address, what the console says
//! needs a person.

use axum::body::Body;
use bilten_core::catalog::{self, EventStatus, NewEvent, NewTicketType, NewVenue};
use bilten_kernel::{ApiScopes, Ctx};
use bilten_tenancy::jobs::{self, NewJob};
use bilten_tests::{Answer, Shopkeeper, TestApp, Web};
use http::{
    Request,
    header::{COOKIE, LOCATION, SET_COOKIE},
};
use url::form_urlencoded;

/// Sends a form as a browser does, with the cookies that it has.
async fn post(web: &Web, host: &str, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let request = Request::post(path)
        .header("host", host)
        .header("accept", "text/html")
        .header("origin", format!("http://{host}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header(COOKIE, cookie);
    web.send(request.body(Body::from(body)).unwrap()).await
}

async fn get(web: &Web, host: &str, path: &str, cookie: &str) -> Answer {
    let request = Request::get(path).header("host", host).header("accept", "text/html");
    web.send(request.header(COOKIE, cookie).body(Body::empty()).unwrap())
        .await
}

fn leads_to(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.headers[LOCATION].to_str().unwrap().to_owned()
}

fn cookie_of(answer: &Answer) -> String {
    let set = answer.headers[SET_COOKIE].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

async fn log_in(web: &Web, shop: &Shopkeeper, email: &str) -> String {
    let fields = [("email", email), ("password", bilten_tests::PASSWORD)];
    let answer = post(web, &shop.host, "/manage/login", "", &fields).await;
    answer.session().expect("the owner is let in")
}

/// Makes an event at a place and puts it on sale.
async fn announce(web: &Web, ctx: &Ctx, (name, city, starts): (&str, &str, &str)) {
    let mut tx = web.state.db.begin(ctx).await.unwrap();
    let starts_at = starts.parse().unwrap();
    let mut place = NewVenue::named("Hall".parse().unwrap());
    place.city = city.parse().unwrap();
    let new = NewEvent {
        venue: Some(place),
        doors_at: Some(starts_at - jiff::SignedDuration::from_mins(90)),
        category: "Concert".parse().unwrap(),
        ..NewEvent::new(
            name.parse().unwrap(),
            starts_at,
            starts_at + jiff::SignedDuration::from_hours(3),
            "Europe/Oslo".parse().unwrap(),
            "NOK".parse().unwrap(),
        )
    };
    let seats = NewTicketType::new("Seat".parse().unwrap(), 10_000, 20);
    let made = catalog::create_event(ctx, &mut tx, new, vec![seats]).await.unwrap();
    let published = catalog::publish_event(ctx, &mut tx, made.event.id).await.unwrap();
    assert_eq!(published.status, EventStatus::Published);
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn each_site_answers_for_its_icon() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    for (host, path, media_type) in [
        (shop.host.as_str(), "/favicon.ico", "image/x-icon"),
        (shop.host.as_str(), "/icon.svg", "image/svg+xml"),
        (shop.host.as_str(), "/apple-touch-icon.png", "image/png"),
        ("platform.localhost", "/favicon.ico", "image/x-icon"),
        ("platform.localhost", "/icon.svg", "image/svg+xml"),
    ] {
        let answer = web.page(host, path).await;
        assert_eq!(answer.status, 200, "{host}{path}");
        assert_eq!(answer.headers["content-type"], media_type, "{host}{path}");
        assert_eq!(answer.headers["cache-control"], "public, max-age=86400");
    }
    assert_eq!(web.page("nobody.localhost", "/favicon.ico").await.status, 404);
    let home = web.page(&shop.host, "/").await.text;
    assert!(home.contains("rel=\"icon\" href=\"/icon.svg\""), "{home}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_styleguide_exists_on_localhost_alone() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let page = web.page(&shop.host, "/styleguide").await;
    assert!(page.status == 200 && page.text.contains("ticket-stepper"));
    assert_eq!(web.page("platform.localhost", "/styleguide").await.status, 404);
    let public = Web::with_settings(&app, &[("BILTEN_BASE_DOMAIN", "tickets.example")]);
    assert_eq!(public.page(&shop.host, "/styleguide").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_front_is_filtered_by_addresses_that_can_be_shared() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let other = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let ctx = app.ctx(&app.alfa);
    let (here, there) = (ctx.clone().in_tenant(shop.id), ctx.in_tenant(other.id));
    announce(&web, &here, ("Summer Songs", "Bergen", "2031-07-10T18:00:00Z")).await;
    announce(&web, &here, ("Autumn Songs", "Oslo", "2031-09-10T18:00:00Z")).await;
    announce(&web, &there, ("Elsewhere", "Tromsø", "2031-07-11T18:00:00Z")).await;
    let all = web.page(&shop.host, "/").await.text;
    for offered in [
        "value=\"Bergen\"",
        "value=\"Oslo\"",
        "value=\"2031-07\"",
        "September 2031",
    ] {
        assert!(all.contains(offered), "{offered} in {all}");
    }
    assert!(!all.contains("Troms"), "another shop's place");
    for (query, found, not) in [
        ("place=Bergen", Some("summer-songs"), Some("autumn-songs")),
        ("when=2031-09", Some("autumn-songs"), Some("summer-songs")),
        ("q=bergen", Some("summer-songs"), Some("autumn-songs")),
        (
            "q=SONGS&place=Oslo&when=2031-09",
            Some("autumn-songs"),
            Some("summer-songs"),
        ),
        ("when=2031-13&place=", Some("summer-songs"), None),
        ("place=Bergen&when=2031-09", None, Some("autumn-songs")),
        ("place=Troms%C3%B8", None, Some("elsewhere")),
    ] {
        let page = web.page(&shop.host, &format!("/?{query}")).await;
        assert_eq!(page.status, 200, "{query}");
        let has = |slug: &str| page.text.contains(&format!("/events/{slug}\""));
        assert!(found.is_none_or(has), "{query} finds {found:?}");
        assert!(!not.is_some_and(has), "{query} leaves out {not:?}");
        assert!(found.is_some() || page.text.contains("Nothing matches"), "{query}");
    }
    let event = web.page(&shop.host, "/events/summer-songs").await.text;
    assert!(event.contains("doors 18:30"), "{event}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_address_is_asked_about_once_and_may_be_kept() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (_, ticket_type) = web.open_sale(&shop, 20, 25_000).await;
    let field = format!("qty_{ticket_type}");
    let wish = [("request_key", "0123456789abcdef"), (field.as_str(), "1")];
    let cart = leads_to(&post(&web, &shop.host, "/events/concert/carts", "", &wish).await);
    let typo = ("email", "ada@gmial.com");
    let name = ("name", "Ada");

    let question = leads_to(&post(&web, &shop.host, &cart, "", &[typo, name]).await);
    let asked = web.page(&shop.host, &question).await;
    assert!(asked.text.contains("ada@gmail.com") && asked.text.contains("value=\"ada@gmial.com\""));
    let other_typo = [("email", "ada@gmai.com"), name, ("email_asked", "ada@gmial.com")];
    let again = leads_to(&post(&web, &shop.host, &cart, "", &other_typo).await);
    assert_eq!(again, question, "another address is another question");

    let kept = [typo, name, ("email_asked", "ada@gmial.com")];
    let pay = leads_to(&post(&web, &shop.host, &cart, "", &kept).await);
    assert!(web.page(&shop.host, &pay).await.text.contains("ada@gmial.com"));
    let taken = [typo, name, ("email_asked", "ada@gmial.com"), ("take_suggestion", "1")];
    let pay = leads_to(&post(&web, &shop.host, &cart, "", &taken).await);
    let page = web.page(&shop.host, &pay).await.text;
    assert!(page.contains("ada@gmail.com") && !page.contains("gmial"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_is_told_that_the_mail_was_sent_again() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&shop, 20, 25_000).await;
    let cart = web.hold(&shop, &event, &ticket_type, 1).await.expect(201);
    let order = web
        .check_out(&shop, cart["id"].as_str().unwrap(), "0123456789abcdef")
        .await
        .expect(200);
    let id = order["id"].as_str().unwrap().parse().unwrap();
    let path = format!("/orders/{}", web.state.links.order(shop.id, id));
    let sent = post(&web, &shop.host, &format!("{path}/resends"), "", &[]).await;
    assert_eq!(leads_to(&sent), path);
    let page = get(&web, &shop.host, &path, &cookie_of(&sent)).await;
    assert!(page.text.contains("Sent to ada@example.org."), "{}", page.text);
    assert!(!web.page(&shop.host, &path).await.text.contains("Sent to"), "only once");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_says_what_failed_and_nobody_else_is_told() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let other = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let ctx = app.ctx(&app.alfa).in_tenant(shop.id);
    let mut tx = web.state.db.begin(&ctx).await.unwrap();
    let job = NewJob {
        kind: "mail.order_resend",
        payload: serde_json::json!({}),
        run_at: ctx.now(),
        unique_key: None,
        is_urgent: false,
    };
    jobs::enqueue(&mut tx, &ctx, job).await.unwrap();
    tx.commit().await.unwrap();
    // A job without an order can never succeed.
    web.run_jobs().await;
    let (ours, theirs) = (
        log_in(&web, &shop, "owner@nord.test").await,
        log_in(&web, &other, "owner@sor.test").await,
    );
    let home = get(&web, &shop.host, "/manage", &ours).await.text;
    assert!(home.contains("href=\"/manage/failures\""), "{home}");
    let page = get(&web, &shop.host, "/manage/failures", &ours).await;
    assert!(page.status == 200 && page.text.contains("names no order"));
    let page = get(&web, &other.host, "/manage/failures", &theirs).await;
    assert!(
        page.status == 200 && !page.text.contains("names no order"),
        "{}",
        page.text
    );
    assert!(
        !get(&web, &other.host, "/manage", &theirs)
            .await
            .text
            .contains("/manage/failures")
    );
}
