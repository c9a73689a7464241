//! The pages of a member of staff about himself: password, sessions, and the proof that it is still he.

use axum::http::StatusCode;
use bilten_sso::{SessionToken, sessions};
use bilten_tenancy::permissions::Role;
use bilten_tests::{Answer, Clerk, TestApp, Web, post_form, report};
use jiff::SignedDuration;

use super::{PASSWORD, hire};

const NEW: &str = "trollfjord raps 72";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// Logs in as a browser does; the clerk has what its pages need.
async fn log_in(web: &Web, app: &TestApp, email: &str, agent: &str) -> Clerk {
    let fields = [("email", email), ("password", PASSWORD)];
    let host = format!("{}:8080", app.alfa.host);
    let mut request = post_form(&host, "/manage/login", None, &fields);
    request.headers_mut().insert("user-agent", agent.parse().unwrap());
    let peer = "203.0.113.77".parse().unwrap();
    let answer = web.send_from(peer, request).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    clerk_of(app, &answer).await
}

async fn clerk_of(app: &TestApp, answer: &Answer) -> Clerk {
    let cookie = answer.session().expect("a session begins");
    let ctx = app.ctx(&app.alfa);
    let token = SessionToken::parse(cookie.trim_start_matches("session=")).expect("a token");
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let session = sessions::find(&mut tx, &ctx, &token).await.unwrap().expect("it lives");
    tx.commit().await.unwrap();
    Clerk {
        host: app.alfa.host.clone(),
        cookie: token.expose().clone(),
        csrf: session.csrf.expose().clone(),
        account: session.account,
    }
}

#[tokio::test]
async fn the_list_names_devices_and_networks_and_marks_this_one() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    hire(&app, &app.alfa, "ana@alfa.test", None).await;
    hire(&app, &app.alfa, "eva@alfa.test", None).await;
    let here = log_in(&web, &app, "ana@alfa.test", FIREFOX).await;
    app.advance(SignedDuration::from_mins(2));
    log_in(&web, &app, "ana@alfa.test", "curl/8").await;
    log_in(&web, &app, "eva@alfa.test", "Opera OPR/99 Windows").await;
    let page = web.look(&here, "/manage/account").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for shown in ["Firefox", "Linux", "Unknown device", "203.0.113.0/24", "This device"] {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
    assert!(!page.text.contains("203.0.113.77") && !page.text.contains("Opera"));
    assert_eq!(page.text.matches("This device").count(), 1);
    assert!(!page.text.contains("/manage/security"), "only owners see the rules");
}

#[tokio::test]
async fn one_ends_ones_own_sessions_and_nobody_elses() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    hire(&app, &app.alfa, "ana@alfa.test", None).await;
    hire(&app, &app.alfa, "eva@alfa.test", None).await;
    let here = log_in(&web, &app, "ana@alfa.test", FIREFOX).await;
    let there = log_in(&web, &app, "ana@alfa.test", "curl/8").await;
    let third = log_in(&web, &app, "ana@alfa.test", "curl/9").await;
    let eva = log_in(&web, &app, "eva@alfa.test", FIREFOX).await;
    let beta = Clerk::hire(&app, (app.beta.id, &app.beta.host), Role::Owner, None).await;
    let id = |clerk: &Clerk| SessionToken::parse(&clerk.cookie).unwrap().hash().to_string();

    for stranger in [&eva, &beta] {
        let answer = web
            .submit(&here, "/manage/account/endings", &[("session", &id(stranger))])
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(web.look(stranger, "/manage/account").await.status, StatusCode::OK);
    }
    let odd = web.submit(&here, "/manage/account/endings", &[("session", "x")]).await;
    assert_eq!(odd.status, StatusCode::NOT_FOUND);

    // Another node on the same database sees it with its next request.
    let node = Web::new(&app);
    assert_eq!(node.look(&there, "/manage/account").await.status, StatusCode::OK);
    let ended = web
        .submit(&here, "/manage/account/endings", &[("session", &id(&there))])
        .await;
    assert_eq!(ended.location(), "/manage/account");
    for node in [&web, &node] {
        let dead = node.look(&there, "/manage/account").await;
        assert!(dead.location().starts_with("/manage/login"), "{}", dead.location());
    }
    web.submit(&here, "/manage/account/endings", &[("session", "others")])
        .await;
    assert_eq!(web.look(&third, "/manage").await.status, StatusCode::SEE_OTHER);
    assert_eq!(web.look(&here, "/manage/account").await.status, StatusCode::OK);
    assert_eq!(web.look(&eva, "/manage/account").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_new_password_asks_for_the_present_one_and_must_not_be_easily_guessed() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    hire(&app, &app.alfa, "ana@alfa.test", None).await;
    hire(&app, &app.beta, "ana@alfa.test", None).await;
    let here = log_in(&web, &app, "ana@alfa.test", FIREFOX).await;
    let there = log_in(&web, &app, "ana@alfa.test", "curl/8").await;
    for (present, new, says) in [
        ("wrong wrong", NEW, "The password is wrong"),
        (PASSWORD, "short", "10 characters"),
        (PASSWORD, "password1234", "first that are guessed"),
        (PASSWORD, "ana@alfa.test1", "first that are guessed"),
        (PASSWORD, &"x".repeat(2_000), "too long"),
    ] {
        let fields = [("present", present), ("password", new)];
        let answer = web.submit(&here, "/manage/account/password", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{new}");
        assert!(answer.text.contains(says), "{says}: {}", answer.text);
    }
    let fields = [("present", PASSWORD), ("password", NEW)];
    let answer = web.submit(&here, "/manage/account/password", &fields).await;
    assert_eq!(answer.location(), "/manage/account", "{}", answer.text);
    assert_eq!(web.look(&here, "/manage/account").await.status, StatusCode::OK);
    assert_eq!(web.look(&there, "/manage/account").await.status, StatusCode::SEE_OTHER);
    let typed = |password| [("email", "ana@alfa.test"), ("password", password)];
    let host = |tenant: &bilten_tests::Tenant| format!("{}:8080", tenant.host);
    for (tenant, password, status) in [
        (&app.alfa, PASSWORD, StatusCode::UNPROCESSABLE_ENTITY),
        (&app.alfa, NEW, StatusCode::SEE_OTHER),
        (&app.beta, PASSWORD, StatusCode::SEE_OTHER),
    ] {
        let answer = web.form(&host(tenant), "/manage/login", &typed(password)).await;
        assert_eq!(answer.status, status);
    }
}

#[tokio::test]
async fn a_session_left_open_is_no_place_to_guess_the_password_at() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    hire(&app, &app.alfa, "ana@alfa.test", None).await;
    let here = log_in(&web, &app, "ana@alfa.test", FIREFOX).await;
    let mut last = StatusCode::OK;
    for n in 0..6 {
        let guess = format!("guess number {n}");
        let fields = [("password", guess.as_str()), ("next", "/manage")];
        last = web.submit(&here, "/manage/confirmation", &fields).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn the_name_is_changed_and_an_empty_one_is_refused() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let ana = Clerk::hire(&app, (app.alfa.id, &app.alfa.host), Role::Owner, None).await;
    let bo = Clerk::hire(&app, (app.beta.id, &app.beta.host), Role::Owner, None).await;
    let empty = web.submit(&ana, "/manage/account/profile", &[("name", "  ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    web.submit(&ana, "/manage/account/profile", &[("name", "Ana <Alfa>")])
        .await;
    let page = web.look(&ana, "/manage/account").await;
    assert!(page.text.contains("Ana &lt;Alfa&gt;"), "{}", page.text);
    assert!(!web.look(&bo, "/manage/account").await.text.contains("Alfa&gt;"));
}

#[tokio::test]
async fn an_old_proof_sends_one_to_prove_oneself_and_back() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    hire(&app, &app.alfa, "ana@alfa.test", Some(Role::Owner)).await;
    let ana = log_in(&web, &app, "ana@alfa.test", FIREFOX).await;
    let limits = [("idle_minutes", "60"), ("max_hours", "24")];
    app.advance(SignedDuration::from_mins(10));
    let fresh = web.submit(&ana, "/manage/security/sessions", &limits).await;
    assert_eq!(fresh.location(), "/manage/security", "{}", fresh.text);

    // The form was open for too long: one proves oneself, and is back on its page.
    app.advance(SignedDuration::from_secs(1));
    let stale = web.submit(&ana, "/manage/security/sessions", &limits).await;
    assert!(
        stale.location().starts_with("/manage/confirmation?next="),
        "{}",
        stale.location()
    );
    let page = web.look(&ana, stale.location()).await;
    assert!(page.text.contains("Is it still you?"), "{}", page.text);
    let wrong = [("password", "not the password"), ("next", "/manage/security")];
    let refused = web.submit(&ana, "/manage/confirmation", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("value=\"/manage/security\""), "{}", refused.text);
    for elsewhere in ["https://evil.test/", "//evil.test", "/", "/manage/confirmation"] {
        let view = format!("/manage/confirmation?next={elsewhere}");
        let page = web.look(&ana, &view).await;
        assert!(page.text.contains("name=\"next\" value=\"/manage\""), "{elsewhere}");
    }
    let right = [("password", PASSWORD), ("next", "/manage/security")];
    let proved = web.submit(&ana, "/manage/confirmation", &right).await;
    assert_eq!(proved.location(), "/manage/security", "{}", proved.text);

    // The token is another one, the forms of other pages are as good as before.
    let renewed = clerk_of(&app, &proved).await;
    assert_ne!(renewed.cookie, ana.cookie);
    assert_eq!(renewed.csrf, ana.csrf);
    assert_eq!(web.look(&ana, "/manage/account").await.status, StatusCode::SEE_OTHER);
    let saved = web.submit(&renewed, "/manage/security/sessions", &limits).await;
    assert_eq!(saved.location(), "/manage/security", "{}", saved.text);
}

#[tokio::test]
async fn a_proof_in_one_browser_says_nothing_of_another() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    hire(&app, &app.alfa, "ana@alfa.test", Some(Role::Owner)).await;
    let here = log_in(&web, &app, "ana@alfa.test", FIREFOX).await;
    let there = log_in(&web, &app, "ana@alfa.test", FIREFOX).await;
    app.advance(SignedDuration::from_mins(11));
    let right = [("password", PASSWORD), ("next", "/manage/security")];
    let proved = web.submit(&here, "/manage/confirmation", &right).await;
    assert_eq!(proved.status, StatusCode::SEE_OTHER);
    let limits = [("idle_minutes", "60"), ("max_hours", "24")];
    let stale = web.submit(&there, "/manage/security/sessions", &limits).await;
    assert!(stale.location().starts_with("/manage/confirmation"));
}

#[tokio::test]
async fn limits_of_one_tenant_hold_for_its_sessions_at_once() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let ana = Clerk::hire(&app, (app.alfa.id, &app.alfa.host), Role::Owner, None).await;
    let bo = Clerk::hire(&app, (app.beta.id, &app.beta.host), Role::Owner, None).await;
    for (idle, age) in [
        ("4", "24"),
        ("10081", "24"),
        ("60", "0"),
        ("61", "1"),
        ("", ""),
        ("x", "1"),
    ] {
        let fields = [("idle_minutes", idle), ("max_hours", age)];
        let refused = web.submit(&ana, "/manage/security/sessions", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{idle} {age}");
    }
    let fields = [("idle_minutes", "30"), ("max_hours", "2")];
    let saved = web.submit(&ana, "/manage/security/sessions", &fields).await;
    assert_eq!(saved.location(), "/manage/security", "{}", saved.text);

    app.advance(SignedDuration::from_mins(29));
    for minutes in [29, 58, 87, 116] {
        let page = web.look(&ana, "/manage/account").await;
        assert_eq!(page.status, StatusCode::OK, "after {minutes} minutes");
        app.advance(SignedDuration::from_mins(29));
    }
    // In use all the time, and over all the same.
    assert_eq!(web.look(&ana, "/manage/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(web.look(&bo, "/manage/account").await.status, StatusCode::OK);

    let eva = Clerk::hire(&app, (app.alfa.id, &app.alfa.host), Role::Owner, None).await;
    app.advance(SignedDuration::from_mins(30));
    assert_eq!(web.look(&eva, "/manage/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn only_who_decides_about_staff_sets_the_rules() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let door = Clerk::hire(&app, (app.alfa.id, &app.alfa.host), Role::DoorStaff, None).await;
    let manager = Clerk::hire(&app, (app.alfa.id, &app.alfa.host), Role::EventManager, None).await;
    for clerk in [&door, &manager] {
        assert_eq!(web.look(clerk, "/manage/security").await.status, StatusCode::NOT_FOUND);
        let fields = [("idle_minutes", "60"), ("max_hours", "24")];
        let answer = web.submit(clerk, "/manage/security/sessions", &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
}

#[test]
fn counted_routes_that_ask_for_a_fresh_proof() {
    let routes = bilten_api::http::registry::all();
    let fresh: Vec<String> = routes
        .iter()
        .filter(|route| route.info.needs_fresh)
        .map(|route| format!("{} {}", route.info.method, route.info.path))
        .collect();
    assert!(!fresh.is_empty());
    report(&format!(
        "fresh proof: {} of {} routes ask for one: {}",
        fresh.len(),
        routes.len(),
        fresh.join(", ")
    ));
}
