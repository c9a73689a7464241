//! Second factors: enrolling, the second step, and what must not get around them. Names of cases are those of the list in
//! `covered.rs`.

use axum::http::StatusCode;
use bilten_sso::{SessionToken, sessions};
use bilten_tenancy::permissions::Role;
use bilten_tests::{Answer, Clerk, Tenant, TestApp, Web, get_page, post_form};
use jiff::SignedDuration;
use totp_rs::{Builder, Secret, Totp};

use super::{PASSWORD, hire};

pub const FACTOR: &str = "/manage/account/factor";
pub const EMAIL: &str = "ana@alfa.test";

/// Somebody with an authenticator.
pub struct Ana {
    pub clerk: Clerk,
    app: Totp,
    pub codes: Vec<String>,
}

impl Ana {
    /// Code that the app shows so many seconds from now.
    pub fn code(&self, test: &TestApp, seconds: i64) -> String {
        let at = u64::try_from(test.now().as_second() + seconds).expect("in range");
        self.app.generate(at).to_string()
    }
}

pub fn host(tenant: &Tenant) -> String {
    format!("{}:8080", tenant.host)
}

pub async fn first_step(web: &Web, tenant: &Tenant, (email, password): (&str, &str), cookie: Option<&str>) -> Answer {
    let fields = [("email", email), ("password", password)];
    web.send(post_form(&host(tenant), "/manage/login", cookie, &fields))
        .await
}

pub async fn second_step(web: &Web, tenant: &Tenant, cookie: &str, code: &str) -> Answer {
    let fields = [("code", code)];
    web.send(post_form(&host(tenant), "/manage/login/second", Some(cookie), &fields))
        .await
}

/// A cookie of an answer, as the browser sends it back.
pub fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let cookies = answer.cookies();
    let found = cookies.iter().find(|cookie| cookie.starts_with(&format!("{name}=")))?;
    Some(found.split(';').next()?.to_owned())
}

pub async fn clerk_of(app: &TestApp, tenant: &Tenant, answer: &Answer) -> Clerk {
    let cookie = answer.session().expect("a session begins");
    let ctx = app.ctx(tenant);
    let token = SessionToken::parse(cookie.trim_start_matches("session=")).expect("a token");
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let session = sessions::find(&mut tx, &ctx, &token).await.unwrap().expect("it lives");
    tx.commit().await.unwrap();
    Clerk {
        host: tenant.host.clone(),
        cookie: token.expose().clone(),
        csrf: session.csrf.expose().clone(),
        account: session.account,
    }
}

fn secret_on(page: &str) -> Option<Totp> {
    let (_, rest) = page.split_once("factor__secret\">")?;
    let text = rest.split('<').next()?.replace(' ', "");
    let secret = Secret::try_from_base32(text).ok()?;
    Some(Builder::new().with_secret(secret).build().expect("a sound secret"))
}

fn codes_on(page: &str) -> Vec<String> {
    let parts = page.split("<li><code>").skip(1);
    parts
        .filter_map(|part| Some(part.split('<').next()?.to_owned()))
        .collect()
}

/// Gives somebody who is logged in an authenticator.
pub async fn enrol(web: &Web, app: &TestApp, clerk: Clerk) -> Ana {
    let begun = web.submit(&clerk, FACTOR, &[]).await;
    assert_eq!(begun.location(), FACTOR, "{}", begun.text);
    let page = web.look(&clerk, FACTOR).await;
    let totp = secret_on(&page.text).expect("the page shows the secret");
    let code = totp.generate(u64::try_from(app.now().as_second()).unwrap()).to_string();
    let done = web
        .submit(&clerk, "/manage/account/factor/confirmation", &[("code", &code)])
        .await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    let codes = codes_on(&done.text);
    assert_eq!(codes.len(), 10);
    Ana {
        clerk,
        app: totp,
        codes,
    }
}

/// An owner of alfa with password and authenticator; the code that enrolled her is spent.
pub async fn ana(web: &Web, app: &TestApp) -> Ana {
    hire(app, &app.alfa, EMAIL, Some(Role::Owner)).await;
    let answer = first_step(web, &app.alfa, (EMAIL, PASSWORD), None).await;
    let clerk = clerk_of(app, &app.alfa, &answer).await;
    let ana = enrol(web, app, clerk).await;
    app.advance(SignedDuration::from_secs(60));
    ana
}

pub async fn half_way(web: &Web, app: &TestApp) -> String {
    let answer = first_step(web, &app.alfa, (EMAIL, PASSWORD), None).await;
    assert_eq!(answer.location(), "/manage/login/second", "{}", answer.text);
    assert!(answer.session().is_none(), "half a log-in is no session");
    cookie(&answer, "step").expect("the second step is open")
}

#[tokio::test]
async fn a_log_in_with_a_factor_has_two_steps_and_the_first_opens_nothing() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let ana = ana(&web, &app).await;
    let step = half_way(&web, &app).await;
    for path in ["/manage", "/manage/account", FACTOR, "/manage/orders"] {
        let as_session = step.replace("step=", "session=");
        for cookie in [&step, &as_session] {
            let answer = web.send(get_page(&host(&app.alfa), path, Some(cookie))).await;
            assert!(
                answer.location().starts_with("/manage/login"),
                "{path}: {}",
                answer.location()
            );
        }
    }
    // Nor at another tenant.
    let there = second_step(&web, &app.beta, &step, &ana.code(&app, 0)).await;
    assert_eq!(there.location(), "/manage/login");
    let done = second_step(&web, &app.alfa, &step, &ana.code(&app, 0)).await;
    assert_eq!(done.location(), "/manage", "{}", done.text);
    let clerk = clerk_of(&app, &app.alfa, &done).await;
    assert_eq!(web.look(&clerk, "/manage/account").await.status, StatusCode::OK);
    // The step is spent, and it lives for ten minutes only.
    let again = second_step(&web, &app.alfa, &step, &ana.code(&app, 30)).await;
    assert_eq!(again.location(), "/manage/login");
    let late = half_way(&web, &app).await;
    app.advance(SignedDuration::from_mins(10));
    let answer = second_step(&web, &app.alfa, &late, &ana.code(&app, 0)).await;
    assert_eq!(answer.location(), "/manage/login");
}

#[tokio::test]
async fn mfa_01_02_a_code_counts_once_and_one_step_around_now() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let ana = ana(&web, &app).await;
    for offset in [-60, 60, -90, 3_600] {
        let step = half_way(&web, &app).await;
        let answer = second_step(&web, &app.alfa, &step, &ana.code(&app, offset)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{offset}");
        app.advance(SignedDuration::from_hours(25));
    }
    for offset in [-30, 0, 30] {
        let step = half_way(&web, &app).await;
        let code = ana.code(&app, offset);
        let answer = second_step(&web, &app.alfa, &step, &code).await;
        assert_eq!(answer.location(), "/manage", "{offset}: {}", answer.text);
        let step = half_way(&web, &app).await;
        let again = second_step(&web, &app.alfa, &step, &code).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{offset} twice");
    }
    // Two at the same moment: one is too late.
    app.advance(SignedDuration::from_mins(5));
    let (one, other) = (half_way(&web, &app).await, half_way(&web, &app).await);
    let code = ana.code(&app, 0);
    let both = futures_util::future::join(
        second_step(&web, &app.alfa, &one, &code),
        second_step(&web, &app.alfa, &other, &code),
    );
    let (one, other) = both.await;
    let taken = [one, other].iter().filter(|answer| answer.session().is_some()).count();
    assert_eq!(taken, 1);
}

#[tokio::test]
async fn mfa_03_04_guessing_is_counted_per_account_and_does_not_shut_a_known_browser_out() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let ana = ana(&web, &app).await;
    let step = half_way(&web, &app).await;
    let done = second_step(&web, &app.alfa, &step, &ana.code(&app, 0)).await;
    let known = cookie(&done, "device").expect("the browser is remembered");
    app.advance(SignedDuration::from_mins(1));
    // A stranger who knows the password guesses from everywhere, with a step of its own each time.
    let mut answers = Vec::new();
    for n in 0..7 {
        let step = half_way(&web, &app).await;
        let code = format!("00000{n}");
        let request = post_form(
            &host(&app.alfa),
            "/manage/login/second",
            Some(&step),
            &[("code", &code)],
        );
        let peer = std::net::IpAddr::from([198, 51, 100, n]);
        answers.push(web.send_from(peer, request).await.status);
    }
    assert_eq!(answers[..5], [StatusCode::UNPROCESSABLE_ENTITY; 5]);
    assert_eq!(answers[5..], [StatusCode::TOO_MANY_REQUESTS; 2]);
    let step = half_way(&web, &app).await;
    let right = second_step(&web, &app.alfa, &step, &ana.code(&app, 0)).await;
    assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS, "even the right code");
    // She herself, with the browser that she has used before.
    let cookies = format!("{}; {known}", half_way(&web, &app).await);
    let own = second_step(&web, &app.alfa, &cookies, &ana.code(&app, 0)).await;
    assert_eq!(own.location(), "/manage", "{}", own.text);
    // Elsewhere she waits for a while, never for good.
    app.advance(SignedDuration::from_mins(15));
    let step = half_way(&web, &app).await;
    let later = second_step(&web, &app.alfa, &step, &ana.code(&app, 0)).await;
    assert_eq!(later.location(), "/manage", "{}", later.text);
}

#[tokio::test]
async fn mfa_05_the_secret_is_shown_until_the_first_code_and_never_again() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let ana = ana(&web, &app).await;
    let page = web.look(&ana.clerk, FACTOR).await;
    assert!(page.status == StatusCode::OK && secret_on(&page.text).is_none());
    // Beginning anew makes nothing while there is one.
    app.advance(SignedDuration::from_secs(1));
    web.submit(&ana.clerk, FACTOR, &[]).await;
    assert!(secret_on(&web.look(&ana.clerk, FACTOR).await.text).is_none());
    let mut admin = app.test_db.admin().await;
    let (sealed, hashes): (Vec<u8>, i64) = sqlx::query_as(
        "select sealed_secret, (select count(*) from bilten.recovery_codes where octet_length(code_hash) = 32)
         from bilten.authenticators",
    )
    .fetch_one(&mut admin)
    .await
    .unwrap();
    assert_eq!(
        (sealed.len(), hashes),
        (12 + 20 + 16, 10),
        "nothing lies open in the database"
    );
}

#[tokio::test]
async fn mfa_06_07_enrolling_removing_and_new_codes_ask_for_a_fresh_proof() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let stranger = Clerk::hire(&app, (app.alfa.id, &app.alfa.host), Role::Owner, None).await;
    let ana = ana(&web, &app).await;
    app.advance(SignedDuration::from_mins(11));
    for (clerk, path) in [
        (&stranger, FACTOR),
        (&ana.clerk, "/manage/account/factor/removal"),
        (&ana.clerk, "/manage/account/factor/codes"),
    ] {
        let answer = web.submit(clerk, path, &[]).await;
        assert!(answer.location().starts_with("/manage/confirmation"), "{path}");
    }
    // Who has a factor proves himself with it: the password is not enough.
    let form = |field, value| [(field, value), ("next", FACTOR)];
    let password = web
        .submit(&ana.clerk, "/manage/confirmation", &form("password", PASSWORD))
        .await;
    assert_eq!(password.status, StatusCode::UNPROCESSABLE_ENTITY);
    let code = ana.code(&app, 0);
    let proved = web
        .submit(&ana.clerk, "/manage/confirmation", &form("code", &code))
        .await;
    assert_eq!(proved.location(), FACTOR, "{}", proved.text);
    let clerk = clerk_of(&app, &app.alfa, &proved).await;
    let removed = web.submit(&clerk, "/manage/account/factor/removal", &[]).await;
    assert_eq!(removed.location(), FACTOR, "{}", removed.text);
    let answer = first_step(&web, &app.alfa, (EMAIL, PASSWORD), None).await;
    assert_eq!(answer.location(), "/manage");
}

#[tokio::test]
async fn mfa_08_09_a_recovery_code_counts_once_and_for_its_owner() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let ana = ana(&web, &app).await;
    hire(&app, &app.alfa, "eva@alfa.test", None).await;
    let answer = first_step(&web, &app.alfa, ("eva@alfa.test", PASSWORD), None).await;
    let eva = enrol(&web, &app, clerk_of(&app, &app.alfa, &answer).await).await;
    for (code, is_taken) in [
        (eva.codes[0].clone(), false),
        (ana.codes[0].clone(), true),
        (ana.codes[0].clone(), false),
        (ana.codes[1].to_lowercase().replace('-', " "), true),
        ("AAAAA-AAAAA".to_owned(), false),
    ] {
        let step = half_way(&web, &app).await;
        let answer = second_step(&web, &app.alfa, &step, &code).await;
        assert_eq!(answer.session().is_some(), is_taken, "{code}");
    }
    let step = half_way(&web, &app).await;
    let done = second_step(&web, &app.alfa, &step, &ana.code(&app, 0)).await;
    let clerk = clerk_of(&app, &app.alfa, &done).await;
    let page = web.look(&clerk, FACTOR).await;
    assert!(page.text.contains("8 codes are left"), "{}", page.text);
    let renewed = web.submit(&clerk, "/manage/account/factor/codes", &[]).await;
    assert_eq!(codes_on(&renewed.text).len(), 10);
    let step = half_way(&web, &app).await;
    let old = second_step(&web, &app.alfa, &step, &ana.codes[2]).await;
    assert!(old.session().is_none(), "new codes take the place of the old ones");
    let fields = [("codes", "ABCDE-FGHJK LMNPQ-RSTUV")];
    let file = web.submit(&clerk, "/manage/account/factor/codes.txt", &fields).await;
    assert_eq!(file.text, "ABCDE-FGHJK\nLMNPQ-RSTUV\n");
    let odd = web
        .submit(&clerk, "/manage/account/factor/codes.txt", &[("codes", "<script>")])
        .await;
    assert_eq!(odd.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn mfa_21_a_new_password_and_a_link_by_mail_skip_no_factor() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let ana = ana(&web, &app).await;
    let host = host(&app.alfa);
    for (purpose, path) in [("log_in", "/manage/login/link"), ("reset", "/manage/login/password")] {
        app.advance(SignedDuration::from_secs(1));
        let fields = [("email", EMAIL), ("purpose", purpose)];
        web.form(&host, "/manage/login/links", &fields).await;
        web.run_jobs().await;
        let mailbox = web.state.mailbox.as_ref().unwrap();
        let mails = mailbox.list(Some(app.alfa.id)).await.unwrap();
        let text = mails
            .iter()
            .map(|mail| mail.text.as_str())
            .find(|text| text.contains(path));
        let (_, rest) = text.expect("a mail").split_once("token=").unwrap();
        let token: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
        let fields = [("token", token.as_str()), ("password", "trollfjord raps 72")];
        let answer = web.form(&host, path, &fields).await;
        assert!(answer.session().is_none(), "{purpose}");
        if purpose == "log_in" {
            let step = cookie(&answer, "step").expect("the second step is open");
            let done = second_step(&web, &app.alfa, &step, &ana.code(&app, 0)).await;
            assert!(done.session().is_some(), "{}", done.text);
        }
    }
    let answer = first_step(&web, &app.alfa, (EMAIL, "trollfjord raps 72"), None).await;
    assert_eq!(answer.location(), "/manage/login/second");
}

#[tokio::test]
async fn mfa_23_a_half_done_log_in_is_nobody_at_the_api() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    ana(&web, &app).await;
    let step = half_way(&web, &app).await;
    let request = http::Request::get("/api/v1/events")
        .header("host", host(&app.alfa))
        .header("cookie", &step)
        .header("authorization", format!("Bearer {}", step.trim_start_matches("step=")));
    let answer = web.send(request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn enrolling_ends_the_sessions_that_showed_no_code() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    hire(&app, &app.alfa, EMAIL, None).await;
    let here = first_step(&web, &app.alfa, (EMAIL, PASSWORD), None).await;
    let there = first_step(&web, &app.alfa, (EMAIL, PASSWORD), None).await;
    let (here, there) = (
        clerk_of(&app, &app.alfa, &here).await,
        clerk_of(&app, &app.alfa, &there).await,
    );
    let wrong = {
        web.submit(&here, FACTOR, &[]).await;
        let fields = [("code", "000000")];
        web.submit(&here, "/manage/account/factor/confirmation", &fields).await
    };
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(web.look(&there, "/manage/account").await.status, StatusCode::OK);
    let ana = enrol(&web, &app, here).await;
    assert_eq!(web.look(&there, "/manage/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(web.look(&ana.clerk, "/manage/account").await.status, StatusCode::OK);
}
