//! Log-in, cookies, form tokens and rights over HTTP, in process.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use bilten_sso::{
    SessionToken,
    operators::{self, NewOperator},
    passwords::Passwords,
};
use bilten_tenancy::{directory::TenantStatus, permissions::Role};
use bilten_tests::{Answer, Tenant, TestApp, Web, get_page, post_form};

use super::{PASSWORD, hire};

const PLATFORM: &str = "platform.localhost";

fn site(test: &TestApp) -> Web {
    Web::new(test)
}

async fn send(site: &Web, request: Request<Body>) -> Answer {
    site.send(request).await
}

fn get(host: &str, path: &str, cookie: Option<&str>) -> Request<Body> {
    get_page(&format!("{host}:8080"), path, cookie)
}

fn post(host: &str, path: &str, cookie: Option<&str>, fields: &[(&str, &str)]) -> Request<Body> {
    post_form(&format!("{host}:8080"), path, cookie, fields)
}

async fn log_in(site: &Web, tenant: &Tenant, email: &str) -> String {
    let fields = [("email", email), ("password", PASSWORD)];
    let answer = send(site, post(&tenant.host, "/manage/login", None, &fields)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.session().expect("a session begins")
}

/// The token that a page puts into its forms.
fn csrf_of(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"csrf\" value=\"").expect("the page has a form");
    rest.split('"').next().expect("the value ends").to_owned()
}

#[tokio::test]
async fn log_in_sets_a_cookie_for_this_host_alone() {
    let test = TestApp::start().await;
    hire(&test, &test.alfa, "ana@alfa.test", Some(Role::Owner)).await;
    let site = site(&test);
    let fields = [
        ("email", "ana@alfa.test"),
        ("password", PASSWORD),
        ("next", "/manage/orders"),
    ];
    let answer = send(&site, post(&test.alfa.host, "/manage/login", None, &fields)).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, "/manage/orders")
    );
    let cookie = answer
        .cookies()
        .into_iter()
        .find(|cookie| cookie.starts_with("session="))
        .expect("a session begins");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");

    let session = answer.session().expect("a session begins");
    let home = send(&site, get(&test.alfa.host, "/manage", Some(&session))).await;
    assert_eq!(home.status, StatusCode::OK);
    let elsewhere = send(&site, get(&test.beta.host, "/manage", Some(&session))).await;
    assert_eq!(elsewhere.status, StatusCode::SEE_OTHER);
    assert!(
        elsewhere.location().starts_with("/manage/login"),
        "{}",
        elsewhere.location()
    );
}

#[tokio::test]
async fn log_in_leads_nowhere_else() {
    let test = TestApp::start().await;
    hire(&test, &test.alfa, "ana@alfa.test", None).await;
    let site = site(&test);
    for next in [
        "https://evil.test/",
        "//evil.test",
        "/\\evil.test",
        "/manage\\..",
        "/managed",
        "/",
        "/manage\n",
        "",
    ] {
        let fields = [("email", "ana@alfa.test"), ("password", PASSWORD), ("next", next)];
        let answer = send(&site, post(&test.alfa.host, "/manage/login", None, &fields)).await;
        assert_eq!(answer.location(), "/manage", "{next}");
    }
}

#[tokio::test]
async fn unknown_and_wrong_get_the_same_page_and_then_a_lock() {
    let test = TestApp::start().await;
    hire(&test, &test.alfa, "ana@alfa.test", None).await;
    let site = site(&test);
    let typed = |email| [("email", email), ("password", "not the password")];
    let known = send(
        &site,
        post(&test.alfa.host, "/manage/login", None, &typed("ana@alfa.test")),
    )
    .await;
    let unknown = send(
        &site,
        post(&test.alfa.host, "/manage/login", None, &typed("eva@alfa.test")),
    )
    .await;
    assert_eq!(
        (known.status, unknown.status),
        (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY)
    );
    let plain = |body: &str, email| body.replace(email, "…");
    assert_eq!(
        plain(&known.text, "ana@alfa.test"),
        plain(&unknown.text, "eva@alfa.test")
    );
    assert!(known.session().is_none());
    for _ in 0..4 {
        send(
            &site,
            post(&test.alfa.host, "/manage/login", None, &typed("ana@alfa.test")),
        )
        .await;
    }
    let locked = send(
        &site,
        post(&test.alfa.host, "/manage/login", None, &typed("ana@alfa.test")),
    )
    .await;
    assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_form_needs_the_token_of_its_session_and_our_own_page() {
    let test = TestApp::start().await;
    hire(&test, &test.alfa, "ana@alfa.test", Some(Role::Owner)).await;
    hire(&test, &test.alfa, "eva@alfa.test", Some(Role::Owner)).await;
    let site = site(&test);
    let (ana, eva) = (
        log_in(&site, &test.alfa, "ana@alfa.test").await,
        log_in(&site, &test.alfa, "eva@alfa.test").await,
    );
    let page = send(&site, get(&test.alfa.host, "/manage", Some(&eva))).await;
    let stranger = csrf_of(&page.text);
    for fields in [
        &[][..],
        &[("csrf", "")],
        &[("csrf", "x")],
        &[("csrf", stranger.as_str())],
    ] {
        let answer = send(&site, post(&test.alfa.host, "/manage/logout", Some(&ana), fields)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{fields:?}");
    }
    let own = csrf_of(&send(&site, get(&test.alfa.host, "/manage", Some(&ana))).await.text);
    let fields = [("csrf", own.as_str())];
    let mut crossed = post(&test.alfa.host, "/manage/logout", Some(&ana), &fields);
    crossed
        .headers_mut()
        .insert("sec-fetch-site", "cross-site".parse().expect("a value"));
    assert_eq!(send(&site, crossed).await.status, StatusCode::FORBIDDEN);
    let mut crossed = post(&test.alfa.host, "/manage/logout", Some(&ana), &fields);
    crossed.headers_mut().remove("sec-fetch-site");
    crossed
        .headers_mut()
        .insert("origin", "http://beta.localhost:8080".parse().expect("a value"));
    assert_eq!(send(&site, crossed).await.status, StatusCode::FORBIDDEN);

    let out = send(&site, post(&test.alfa.host, "/manage/logout", Some(&ana), &fields)).await;
    assert_eq!((out.status, out.location()), (StatusCode::SEE_OTHER, "/manage/login"));
    let after = send(&site, get(&test.alfa.host, "/manage", Some(&ana))).await;
    assert_eq!(after.status, StatusCode::SEE_OTHER);
    assert_eq!(
        send(&site, get(&test.alfa.host, "/manage", Some(&eva))).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn door_staff_see_the_door_and_no_buyer() {
    let test = TestApp::start().await;
    hire(&test, &test.alfa, "door@alfa.test", Some(Role::DoorStaff)).await;
    let site = site(&test);
    let door = log_in(&site, &test.alfa, "door@alfa.test").await;
    let check_in = send(&site, get(&test.alfa.host, "/manage/check-in", Some(&door))).await;
    assert_eq!(check_in.status, StatusCode::OK, "{}", check_in.text);
    assert!(!check_in.text.contains("/manage/orders"));
    let orders = send(&site, get(&test.alfa.host, "/manage/orders", Some(&door))).await;
    assert_eq!(orders.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, told in its order")]
async fn operators_close_and_open_shops_and_staff_are_nobody_there() {
    let test = TestApp::start().await;
    hire(&test, &test.alfa, "ana@alfa.test", Some(Role::Owner)).await;
    let site = site(&test);
    let ctx = test.ctx(&test.alfa);
    let new = NewOperator {
        email: "op@platform.test".parse().unwrap(),
        name: "Operator".parse().unwrap(),
        password_hash: Passwords::new().hash(&PASSWORD.parse().unwrap(), ctx.random()).await,
    };
    let mut tx = test.platform.begin().await.unwrap();
    operators::create(&mut tx, &ctx, &new).await.unwrap();
    tx.commit().await.unwrap();

    let staff = log_in(&site, &test.alfa, "ana@alfa.test").await;
    let stranger = format!("session={}", SessionToken::from_random([1; 32]).expose());
    for cookie in [None, Some(staff.as_str()), Some(stranger.as_str())] {
        let answer = send(&site, get(PLATFORM, "/", cookie)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert!(answer.location().starts_with("/login"), "{}", answer.location());
    }
    let fields = [("email", "op@platform.test"), ("password", PASSWORD)];
    let operator = send(&site, post(PLATFORM, "/login", None, &fields))
        .await
        .session()
        .expect("a session begins");
    let list = send(&site, get(PLATFORM, "/", Some(&operator))).await;
    assert_eq!(list.status, StatusCode::OK, "{}", list.text);
    let csrf = csrf_of(&list.text);
    let path = format!("/tenants/{}", test.alfa.id);
    for (fields, status) in [
        (vec![("reason", "unpaid")], StatusCode::FORBIDDEN),
        (
            vec![("csrf", csrf.as_str()), ("reason", "")],
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            vec![("csrf", csrf.as_str()), ("reason", "unpaid")],
            StatusCode::SEE_OTHER,
        ),
        (
            vec![("csrf", csrf.as_str()), ("reason", "unpaid")],
            StatusCode::CONFLICT,
        ),
    ] {
        let answer = send(
            &site,
            post(PLATFORM, &format!("{path}/suspension"), Some(&operator), &fields),
        )
        .await;
        assert_eq!(answer.status, status, "{fields:?}");
    }
    let found = test.directory.find(test.alfa.id).await.unwrap().unwrap();
    assert_eq!(found.status, TenantStatus::Suspended);
    let page = send(&site, get(PLATFORM, &path, Some(&operator))).await;
    assert!(
        page.text.contains("unpaid") && page.text.contains("op@platform.test"),
        "{}",
        page.text
    );
    let fields = [("csrf", csrf.as_str())];
    let answer = send(
        &site,
        post(PLATFORM, &format!("{path}/resumption"), Some(&operator), &fields),
    )
    .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(
        test.directory.find(test.beta.id).await.unwrap().unwrap().status,
        TenantStatus::Active
    );
    for odd in ["/tenants/ten_x", "/tenants/ord_0000", "/tenants/x"] {
        assert_eq!(
            send(&site, get(PLATFORM, odd, Some(&operator))).await.status,
            StatusCode::NOT_FOUND,
            "{odd}"
        );
    }
}

#[tokio::test]
async fn operators_provision_a_shop_whose_owner_logs_in() {
    let test = TestApp::start().await;
    let site = site(&test);
    let ctx = test.ctx(&test.alfa);
    let new = NewOperator {
        email: "op@platform.test".parse().unwrap(),
        name: "Operator".parse().unwrap(),
        password_hash: Passwords::new().hash(&PASSWORD.parse().unwrap(), ctx.random()).await,
    };
    let mut tx = test.platform.begin().await.unwrap();
    operators::create(&mut tx, &ctx, &new).await.unwrap();
    tx.commit().await.unwrap();
    let fields = [("email", "op@platform.test"), ("password", PASSWORD)];
    let operator = send(&site, post(PLATFORM, "/login", None, &fields))
        .await
        .session()
        .expect("a session begins");
    let csrf = csrf_of(&send(&site, get(PLATFORM, "/", Some(&operator))).await.text);
    let form = |slug, password| {
        [
            ("csrf", csrf.as_str()),
            ("name", "Delta Hall"),
            ("slug", slug),
            ("owner_email", "own@delta.test"),
            ("owner_password", password),
        ]
    };
    for (slug, password) in [("alfa", PASSWORD), ("No Slug", PASSWORD), ("delta", "short")] {
        let answer = send(
            &site,
            post(PLATFORM, "/tenants", Some(&operator), &form(slug, password)),
        )
        .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{slug}");
    }
    let made = send(
        &site,
        post(PLATFORM, "/tenants", Some(&operator), &form("delta", PASSWORD)),
    )
    .await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let fields = [("email", "own@delta.test"), ("password", PASSWORD)];
    let owner = send(&site, post("delta.localhost", "/manage/login", None, &fields)).await;
    assert!(owner.session().is_some(), "{}", owner.text);
    let elsewhere = send(&site, post(&test.alfa.host, "/manage/login", None, &fields)).await;
    assert!(elsewhere.session().is_none());
}
