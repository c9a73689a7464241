//! Links by mail: to log in, and to a new password; and what a person is told about his account.

use axum::http::StatusCode;
use bilten_tenancy::permissions::Role;
use bilten_tests::{Answer, Clerk, Tenant, TestApp, Web, post_form};
use jiff::SignedDuration;

use super::{PASSWORD, hire};

const NEW: &str = "trollfjord raps 72";
const EMAIL: &str = "ana@alfa.test";

async fn ask(web: &Web, tenant: &Tenant, email: &str, purpose: &str) -> Answer {
    let fields = [("email", email), ("purpose", purpose)];
    web.form(&host(tenant), "/manage/login/links", &fields).await
}

fn host(tenant: &Tenant) -> String {
    format!("{}:8080", tenant.host)
}

/// Secret in the last mail to this address.
async fn token(web: &Web, tenant: &Tenant, email: &str) -> Option<String> {
    web.run_jobs().await;
    let mail = mails(web, tenant, email).await.pop()?;
    let (_, rest) = mail.split_once("token=")?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric())?;
    Some(rest[..end].to_owned())
}

/// Subjects and texts of the mails to an address, the oldest first.
async fn mails(web: &Web, tenant: &Tenant, email: &str) -> Vec<String> {
    let mailbox = web.state.mailbox.as_ref().expect("tests have a mailbox");
    let mut found = mailbox.list(Some(tenant.id)).await.expect("it is readable");
    found.sort_by_key(|mail| mail.at);
    let own = found.into_iter().filter(|mail| mail.to.email == email);
    own.map(|mail| format!("{}\n{}", mail.subject, mail.text)).collect()
}

#[tokio::test]
async fn whoever_asks_learns_nothing_of_who_has_an_account() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    hire(&app, &app.alfa, EMAIL, None).await;
    hire(&app, &app.beta, "eva@alfa.test", None).await;
    for purpose in ["log_in", "reset", "x"] {
        let known = ask(&web, &app.alfa, EMAIL, purpose).await;
        let unknown = ask(&web, &app.alfa, "eva@alfa.test", purpose).await;
        assert_eq!((known.status, unknown.status), (StatusCode::OK, StatusCode::OK));
        assert_eq!(
            known.text.replace(EMAIL, "…"),
            unknown.text.replace("eva@alfa.test", "…")
        );
    }
    // As many rows were written for the one as for the other.
    let mut admin = app.test_db.admin().await;
    let jobs: i64 = sqlx::query_scalar("select count(*) from bilten.jobs where kind = 'mail.account_link'")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!(jobs, 6);
    web.run_jobs().await;
    assert_eq!(mails(&web, &app.alfa, EMAIL).await.len(), 3);
    assert!(mails(&web, &app.alfa, "eva@alfa.test").await.is_empty());
    assert!(mails(&web, &app.beta, "eva@alfa.test").await.is_empty());
}

#[tokio::test]
async fn asking_is_counted_for_the_address_and_does_not_lock_the_log_in() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    hire(&app, &app.alfa, EMAIL, None).await;
    for email in [EMAIL, "nobody@alfa.test"] {
        let mut answers = Vec::new();
        for _ in 0..6 {
            answers.push(ask(&web, &app.alfa, email, "reset").await.status);
        }
        assert_eq!(answers[..4], [StatusCode::OK; 4], "{email}");
        assert_eq!(answers[4..], [StatusCode::TOO_MANY_REQUESTS; 2], "{email}");
    }
    assert_eq!(ask(&web, &app.beta, EMAIL, "reset").await.status, StatusCode::OK);
    let fields = [("email", EMAIL), ("password", PASSWORD)];
    let answer = web.form(&host(&app.alfa), "/manage/login", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    app.advance(SignedDuration::from_mins(1));
    assert_eq!(ask(&web, &app.alfa, EMAIL, "reset").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_link_logs_in_once_and_for_twenty_minutes() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    hire(&app, &app.alfa, EMAIL, Some(Role::Owner)).await;
    ask(&web, &app.alfa, EMAIL, "log_in").await;
    let first = token(&web, &app.alfa, EMAIL).await.expect("a mail");
    let page = format!("/manage/login/link?token={first}");
    // Programs that look at mails open the page as well; it uses nothing up.
    for _ in 0..3 {
        let shown = web.page(&host(&app.alfa), &page).await;
        assert!(
            shown.status == StatusCode::OK && shown.text.contains(EMAIL),
            "{}",
            shown.text
        );
    }
    let send = async |token: &str, tenant: &Tenant| {
        let fields = [("token", token)];
        web.form(&host(tenant), "/manage/login/link", &fields).await
    };
    assert_eq!(send(&first, &app.beta).await.status, StatusCode::GONE);
    let entered = send(&first, &app.alfa).await;
    assert_eq!(entered.location(), "/manage", "{}", entered.text);
    assert!(entered.session().is_some());
    let again = send(&first, &app.alfa).await;
    assert!(again.status == StatusCode::GONE && again.session().is_none());
    assert_eq!(web.page(&host(&app.alfa), &page).await.status, StatusCode::GONE);

    app.advance(SignedDuration::from_secs(1));
    ask(&web, &app.alfa, EMAIL, "log_in").await;
    let late = token(&web, &app.alfa, EMAIL).await.expect("a mail");
    app.advance(SignedDuration::from_mins(20));
    assert_eq!(send(&late, &app.alfa).await.status, StatusCode::GONE);
    for odd in ["", "x", &late[1..], &"a".repeat(52)] {
        assert_eq!(send(odd, &app.alfa).await.status, StatusCode::GONE, "{odd}");
    }
}

#[tokio::test]
async fn a_link_is_good_for_its_purpose_and_its_host_alone() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    hire(&app, &app.alfa, EMAIL, None).await;
    let mut admin = app.test_db.admin().await;
    ask(&web, &app.alfa, EMAIL, "reset").await;
    let reset = token(&web, &app.alfa, EMAIL).await.expect("a mail");
    let fields = [("token", reset.as_str())];
    let entered = web.form(&host(&app.alfa), "/manage/login/link", &fields).await;
    assert_eq!(entered.status, StatusCode::GONE);

    app.advance(SignedDuration::from_secs(1));
    ask(&web, &app.alfa, EMAIL, "log_in").await;
    let link = token(&web, &app.alfa, EMAIL).await.expect("a mail");
    let fields = [("token", link.as_str()), ("password", NEW)];
    let set = web.form(&host(&app.alfa), "/manage/login/password", &fields).await;
    assert_eq!(set.status, StatusCode::GONE);
    // As if it had been asked for at another host of the tenant.
    bilten_tests::db::run(&mut admin, "update bilten.account_links set host = 'tickets.alfa.test'").await;
    let entered = web.form(&host(&app.alfa), "/manage/login/link", &fields).await;
    assert_eq!(entered.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_new_password_by_link_ends_every_session_and_lets_nobody_in() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    hire(&app, &app.alfa, EMAIL, Some(Role::Owner)).await;
    hire(&app, &app.beta, EMAIL, Some(Role::Owner)).await;
    let typed = |password| [("email", EMAIL), ("password", password)];
    let mut sessions = Vec::new();
    for tenant in [&app.alfa, &app.beta] {
        let answer = web.form(&host(tenant), "/manage/login", &typed(PASSWORD)).await;
        sessions.push(answer.session().expect("a session"));
    }
    ask(&web, &app.alfa, EMAIL, "reset").await;
    let first = token(&web, &app.alfa, EMAIL).await.expect("a mail");
    app.advance(SignedDuration::from_secs(1));
    ask(&web, &app.alfa, EMAIL, "reset").await;
    let second = token(&web, &app.alfa, EMAIL).await.expect("a mail");
    assert_ne!(first, second);
    let set = async |token: &str, password: &str| {
        let fields = [("token", token), ("password", password)];
        web.form(&host(&app.alfa), "/manage/login/password", &fields).await
    };
    for (password, says) in [("short", "10 characters"), ("password1234", "first that are guessed")] {
        let refused = set(&first, password).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.text.contains(says) && refused.text.contains(&first),
            "{}",
            refused.text
        );
    }
    let done = set(&first, NEW).await;
    assert_eq!(done.location(), "/manage/login", "{}", done.text);
    assert!(done.session().is_none(), "a new password is no log-in");
    for link in [&first, &second] {
        assert_eq!(set(link, "another raps 72").await.status, StatusCode::GONE);
    }
    for (tenant, session, status) in [
        (&app.alfa, &sessions[0], StatusCode::SEE_OTHER),
        (&app.beta, &sessions[1], StatusCode::OK),
    ] {
        let request = bilten_tests::get_page(&host(tenant), "/manage", Some(session));
        assert_eq!(web.send(request).await.status, status);
    }
    let old = web.form(&host(&app.alfa), "/manage/login", &typed(PASSWORD)).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    let new = web.form(&host(&app.alfa), "/manage/login", &typed(NEW)).await;
    assert_eq!(new.status, StatusCode::SEE_OTHER);
    web.run_jobs().await;
    let told = mails(&web, &app.alfa, EMAIL).await;
    assert!(told.iter().any(|mail| mail.contains("was changed")), "{told:?}");
}

#[tokio::test]
async fn a_log_in_with_a_new_browser_is_told_and_one_with_a_known_browser_is_not() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    hire(&app, &app.alfa, EMAIL, None).await;
    hire(&app, &app.beta, EMAIL, None).await;
    let log_in = async |tenant: &Tenant, cookie: Option<&str>| {
        let fields = [("email", EMAIL), ("password", PASSWORD)];
        let mut request = post_form(&host(tenant), "/manage/login", cookie, &fields);
        let agent = "Mozilla/5.0 (iPhone) CriOS/140.0 Safari/604.1";
        request.headers_mut().insert("user-agent", agent.parse().unwrap());
        let answer = web.send_from("203.0.113.77".parse().unwrap(), request).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let cookies = answer.cookies();
        let device = cookies.iter().find(|cookie| cookie.starts_with("device="));
        let device = device.expect("it is remembered").split(';').next().unwrap().to_owned();
        web.run_jobs().await;
        (device, mails(&web, tenant, EMAIL).await.len())
    };
    let (known, told) = log_in(&app.alfa, None).await;
    assert_eq!(told, 0, "the first log-in of all is no news");
    let (known, told) = log_in(&app.alfa, Some(&known)).await;
    assert_eq!(told, 0);
    let (_, told) = log_in(&app.alfa, None).await;
    assert_eq!(told, 1);
    let mail = mails(&web, &app.alfa, EMAIL).await.remove(0);
    for part in ["Chrome on iPhone", "203.0.113.0/24", "/manage/account"] {
        assert!(mail.contains(part), "{part}: {mail}");
    }
    // A cookie that was changed, and that of another tenant, are those of a stranger.
    let forged = format!("{known}a");
    let (foreign, _) = log_in(&app.beta, None).await;
    for (n, cookie) in [(2, &forged), (3, &foreign)] {
        let (_, told) = log_in(&app.alfa, Some(cookie)).await;
        assert_eq!(told, n, "{cookie}");
    }
    assert!(mails(&web, &app.beta, EMAIL).await.is_empty());
}

#[tokio::test]
async fn a_person_whose_account_is_closed_gets_no_link() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let account = hire(&app, &app.alfa, EMAIL, None).await;
    ask(&web, &app.alfa, EMAIL, "log_in").await;
    let link = token(&web, &app.alfa, EMAIL).await.expect("a mail");
    let ctx = app.ctx(&app.alfa);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    bilten_sso::accounts::disable(&mut tx, &ctx, account).await.unwrap();
    tx.commit().await.unwrap();
    let fields = [("token", link.as_str())];
    let entered = web.form(&host(&app.alfa), "/manage/login/link", &fields).await;
    assert_eq!(entered.status, StatusCode::GONE);
    ask(&web, &app.alfa, EMAIL, "log_in").await;
    web.run_jobs().await;
    assert_eq!(mails(&web, &app.alfa, EMAIL).await.len(), 1);
}

#[tokio::test]
async fn the_log_in_page_leads_to_its_help() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let page = web.page(&host(&app.alfa), "/manage/login").await;
    assert!(page.text.contains("href=\"/manage/login/help\""), "{}", page.text);
    let help = web.page(&host(&app.alfa), "/manage/login/help").await;
    assert!(help.text.contains("action=\"/manage/login/links\""), "{}", help.text);
    let owner = Clerk::hire(&app, (app.beta.id, &app.beta.host), Role::Owner, None).await;
    assert_eq!(web.look(&owner, "/manage/login/help").await.status, StatusCode::OK);
}
