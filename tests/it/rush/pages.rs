//! Pages in memory: the same for everybody, nobody's own, and never older than they may be.

use axum::body::Body;
use bilten_core::catalog::{self, EventChange, NewVenue, VenueChange};
use bilten_kernel::ApiScopes;
use bilten_tests::{
    Answer, Shopkeeper, TestApp, Web,
    web::{Setup, get_page},
};
use http::{Request, StatusCode};
use jiff::SignedDuration;

pub(super) const PAGE: &str = "/events/concert";

/// Two shops with an event of the same name.
pub(super) struct Town {
    pub app: TestApp,
    pub web: Web,
    pub nord: Shopkeeper,
    pub sor: Shopkeeper,
    pub event: String,
    pub standing: String,
}

impl Town {
    pub async fn open() -> Self {
        let app = TestApp::start().await;
        let web = Web::new(&app);
        let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
        let sor = web.open_shop(&app, "sor", ApiScopes::all()).await;
        let (event, standing) = web.open_sale(&nord, 100, 10_000).await;
        web.open_sale(&sor, 100, 20_000).await;
        Self {
            app,
            web,
            nord,
            sor,
            event,
            standing,
        }
    }

    /// Another node on the same database.
    pub async fn far(&self) -> Web {
        let db = self.app.test_db.app(4).await;
        let setup = Setup {
            db: Some(db),
            ..Setup::default()
        };
        Web::with(&self.app, setup)
    }

    pub async fn rename(&self, name: &str) {
        let ctx = self.app.ctx(&self.app.alfa).in_tenant(self.nord.id);
        let mut tx = self.app.db.begin(&ctx).await.unwrap();
        let change = EventChange {
            name: Some(name.parse().unwrap()),
            ..EventChange::default()
        };
        catalog::update_event(&ctx, &mut tx, self.event.parse().unwrap(), change)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
}

fn get(host: &str, path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::get(path).header("host", host).header("accept", "text/html");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_gets_the_same_bytes_and_nobody_anything_of_another() {
    let town = Town::open().await;
    let (web, host) = (&town.web, town.nord.host.as_str());
    for path in ["/", PAGE, "/events/concert/availability"] {
        let nosy = [
            ("cookie", "session=SECRET-SESSION; other=SECRET-OTHER"),
            ("user-agent", "SECRET-AGENT"),
            ("x-forwarded-for", "6.6.6.6"),
            ("referer", "http://nord.localhost/orders/SECRET-ORDER"),
        ];
        let query = format!("{path}?utm_source=SECRET-QUERY");
        let one = web.send(get(host, &query, &nosy)).await;
        let two = web.send(get(host, path, &[])).await;
        assert_eq!(one.status, 200);
        assert_eq!(one.text, two.text, "{path}");
        assert_eq!(one.headers["etag"], two.headers["etag"]);
        assert!(!two.text.contains("SECRET") && !two.text.contains("6.6.6.6"), "{path}");
        assert!(one.cookies().is_empty() && two.cookies().is_empty());
        assert_ne!(one.headers["x-request-id"], two.headers["x-request-id"]);
        assert_eq!(header(&two, "cache-control"), "public, max-age=0, s-maxage=1");
        assert!(!two.text.contains("nonce"));
    }
    let form = web.page(host, PAGE).await.text;
    assert!(
        form.contains("name=\"request_key\" value=\"\""),
        "the form's key is not baked in"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_a_message_waiting_gets_a_page_of_his_own_and_the_others_do_not() {
    let town = Town::open().await;
    let (web, host) = (&town.web, town.nord.host.as_str());
    let plain = web.page(host, PAGE).await;
    let told = web.send(get_page(host, PAGE, Some("flash=flash-saved"))).await;
    assert!(told.text.contains("role=\"status\"") && told.text.contains("banner--positive"));
    assert!(!plain.text.contains("banner--positive"));
    assert_eq!(header(&told, "cache-control"), "private, no-cache");
    assert!(told.cookies().iter().any(|cookie| cookie.starts_with("flash=;")));
    assert_eq!(web.page(host, PAGE).await.text, plain.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shops_and_languages_are_never_mixed_up() {
    let town = Town::open().await;
    let (web, nord, sor) = (&town.web, town.nord.host.as_str(), town.sor.host.as_str());
    for _ in 0..2 {
        for path in ["/", PAGE, "/events/concert/availability"] {
            let [north, south] = [web.page(nord, path).await, web.page(sor, path).await];
            let is_north = |text: &str| {
                let [shop, price] = [("nord shop", "sor shop"), ("\"10000\"", "\"20000\"")]
                    .map(|(north, south)| (text.contains(north), text.contains(south)));
                [shop, price].contains(&(true, false)) && ![shop, price].contains(&(false, true))
            };
            assert!(
                is_north(&north.text) && !is_north(&south.text),
                "{path}: {}",
                north.text
            );
            let norwegian = web.send(get(nord, path, &[("accept-language", "nb")])).await;
            let chosen = web
                .send(get(nord, path, &[("accept-language", "en"), ("cookie", "locale=nb")]))
                .await;
            assert_ne!(norwegian.text, north.text, "{path}");
            assert_eq!(norwegian.text, chosen.text, "the visitor's choice wins");
            let other = web.send(get(nord, path, &[("accept-language", "fr")])).await;
            assert_eq!(other.text, north.text, "the shop's own language");
            assert_eq!(header(&north, "vary"), "accept-encoding, accept-language, cookie");
        }
    }
    assert_eq!(web.page("nobody.localhost", PAGE).await.status, 404);
    assert_eq!(web.page("platform.localhost", PAGE).await.status, 404);
    assert_eq!(web.page(nord, "/events/no-such-event").await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_shows_at_once_here_and_soon_on_another_node() {
    let town = Town::open().await;
    let (near, host) = (&town.web, town.nord.host.as_str());
    let far = town.far().await;
    for web in [near, &far] {
        for path in ["/", PAGE] {
            assert!(web.page(host, path).await.text.contains("Concert"));
            assert!(web.page(&town.sor.host, path).await.text.contains("Concert"));
        }
    }
    town.rename("Matinee").await;
    for path in ["/", PAGE] {
        assert!(near.page(host, path).await.text.contains("Matinee"), "{path}");
    }
    town.app.advance(SignedDuration::from_secs(2));
    for path in ["/", PAGE] {
        assert!(far.page(host, path).await.text.contains("Matinee"), "{path}");
        assert!(far.page(&town.sor.host, path).await.text.contains("Concert"), "{path}");
    }
    let old = far.page(host, PAGE).await.headers["etag"].clone();
    town.rename("Soiree").await;
    // While somebody asks all the time, what is old is given out for one more second and read again meanwhile.
    town.app.advance(SignedDuration::from_millis(1_500));
    assert_eq!(far.page(host, PAGE).await.headers["etag"], old);
    town.app.advance(SignedDuration::from_millis(500));
    assert!(far.page(host, PAGE).await.text.contains("Soiree"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_look_new_prices_and_a_new_place_show_at_once() {
    let town = Town::open().await;
    let (web, host) = (&town.web, town.nord.host.as_str());
    let before = web.page(host, PAGE).await.text;
    let ctx = town.app.ctx(&town.app.alfa).in_tenant(town.nord.id);
    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    sqlx::query("update tenant_settings set theme = '{\"accent\": \"#aa3300\", \"wordmark\": \"NEW NORTH\"}'")
        .execute(tx.conn())
        .await
        .unwrap();
    tx.note_page_change();
    tx.commit().await.unwrap();
    let after = web.page(host, PAGE).await.text;
    assert!(after.contains("NEW NORTH") && !before.contains("NEW NORTH"));
    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    let change = EventChange {
        venue: VenueChange::Set(NewVenue::named("Old Factory".parse().unwrap())),
        ..EventChange::default()
    };
    catalog::update_event(&ctx, &mut tx, town.event.parse().unwrap(), change)
        .await
        .unwrap();
    assert!(
        !web.page(host, PAGE).await.text.contains("Old Factory"),
        "not committed"
    );
    tx.commit().await.unwrap();
    assert!(web.page(host, PAGE).await.text.contains("Old Factory"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_who_has_the_page_gets_304_and_each_encoding_has_its_own_tag() {
    let town = Town::open().await;
    let (web, host) = (&town.web, town.nord.host.as_str());
    let plain = web.page(host, PAGE).await;
    let mut tags = vec![header(&plain, "etag").to_owned()];
    for (accepted, encoding) in [("gzip", "gzip"), ("gzip, deflate, br", "br")] {
        let packed = web.send(get(host, PAGE, &[("accept-encoding", accepted)])).await;
        assert_eq!(header(&packed, "content-encoding"), encoding);
        let length: usize = header(&packed, "content-length").parse().unwrap();
        assert!(length > 500 && length * 2 < plain.text.len(), "{encoding}: {length}");
        let tag = header(&packed, "etag").to_owned();
        let again = [("accept-encoding", accepted), ("if-none-match", &tag)];
        let same = web.send(get(host, PAGE, &again)).await;
        assert_eq!((same.status, same.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
        assert_eq!(header(&same, "etag"), tag);
        assert!(!same.headers.contains_key("content-encoding") && same.headers.contains_key("cache-control"));
        tags.push(tag);
    }
    tags.dedup();
    assert_eq!(tags.len(), 3);
    let other = web.send(get(host, PAGE, &[("if-none-match", &tags[1])])).await;
    assert_eq!((other.status, &other.text), (StatusCode::OK, &plain.text));
    for value in [format!("W/{}", tags[0]), format!("\"x\", {}", tags[0]), "*".to_owned()] {
        assert_eq!(
            web.send(get(host, PAGE, &[("if-none-match", &value)])).await.status,
            304
        );
    }
    town.rename("Matinee").await;
    let fresh = web.send(get(host, PAGE, &[("if-none-match", &tags[0])])).await;
    assert!(fresh.status == 200 && fresh.text.contains("Matinee"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn head_tells_the_same_without_the_page() {
    let town = Town::open().await;
    let (web, host) = (&town.web, town.nord.host.as_str());
    let head = || {
        let mut request = get(host, PAGE, &[]);
        *request.method_mut() = http::Method::HEAD;
        request
    };
    let first = web.send(head()).await;
    let page = web.page(host, PAGE).await;
    for answer in [first, web.send(head()).await] {
        assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, ""));
        for name in [
            "etag",
            "content-length",
            "content-type",
            "vary",
            "cache-control",
            "content-security-policy",
        ] {
            assert_eq!(answer.headers[name], page.headers[name], "{name}");
        }
    }
    assert_eq!(header(&page, "content-length"), page.text.len().to_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspended_shop_shows_no_page_from_memory() {
    let town = Town::open().await;
    let (web, host) = (&town.web, town.nord.host.as_str());
    assert_eq!(web.page(host, PAGE).await.status, 200);
    let ctx = town.app.ctx(&town.app.alfa);
    bilten_tenancy::lifecycle::suspend(&town.app.platform, &ctx, town.nord.id, "a test")
        .await
        .unwrap();
    web.state.directory.forget_all();
    for path in ["/", PAGE, "/events/concert/availability"] {
        let closed = web.page(host, path).await;
        assert_eq!(closed.status, 403, "{path}");
        assert!(!header(&closed, "cache-control").contains("public"));
        assert_eq!(web.page(&town.sor.host, path).await.status, 200);
    }
}
