//! Codes by short message: getting a telephone, the second step, what a code is good for, and what messages may cost. Names of
//! cases are those of the list in `covered.rs`.

use axum::http::StatusCode;
use bilten_tenancy::permissions::Role;
use bilten_tests::{Clerk, TestApp, Web, post_form, report};
use jiff::SignedDuration;

use super::{
    PASSWORD,
    factors::{EMAIL, FACTOR, clerk_of, first_step, half_way, host, second_step},
    hire,
};

const PHONE: &str = "/manage/account/phone";
const CONFIRMATION: &str = "/manage/account/phone/confirmation";
const NUMBER: &str = "+47 400 00 012";

/// Lets the tenant send codes to numbers of one country.
async fn allow(web: &Web, app: &TestApp, prefixes: &str) -> Clerk {
    let boss = Clerk::hire(app, (app.alfa.id, &app.alfa.host), Role::Owner, None).await;
    let fields = [
        ("duty", "nobody"),
        ("grace_days", "7"),
        ("delay_hours", "24"),
        ("sms", prefixes),
    ];
    let saved = web.submit(&boss, "/manage/security/factors", &fields).await;
    assert_eq!(saved.location(), "/manage/security", "{}", saved.text);
    boss
}

/// Messages that went out, the last one first.
async fn messages(web: &Web, app: &TestApp) -> Vec<String> {
    web.run_jobs().await;
    let mailbox = web.state.mailbox.as_ref().expect("messages stay here");
    let all = mailbox.list(Some(app.alfa.id)).await.expect("it is readable");
    all.into_iter()
        .filter(|mail| mail.to.email == "+4740000012@sms.localhost")
        .map(|mail| mail.text)
        .collect()
}

async fn last_code(web: &Web, app: &TestApp) -> String {
    let text = messages(web, app).await.into_iter().next().expect("a message went out");
    text.chars().take(6).collect()
}

/// An owner of alfa with a telephone.
async fn kim(web: &Web, app: &TestApp) -> Clerk {
    hire(app, &app.alfa, EMAIL, Some(Role::Owner)).await;
    let answer = first_step(web, &app.alfa, (EMAIL, PASSWORD), None).await;
    let clerk = clerk_of(app, &app.alfa, &answer).await;
    let begun = web.submit(&clerk, PHONE, &[("number", NUMBER)]).await;
    assert_eq!(begun.location(), FACTOR, "{}", begun.text);
    let code = last_code(web, app).await;
    let done = web.submit(&clerk, CONFIRMATION, &[("code", &code)]).await;
    assert_eq!(done.text.matches("<li><code>").count(), 10, "{}", done.text);
    app.advance(SignedDuration::from_mins(1));
    clerk
}

async fn ask(web: &Web, app: &TestApp, step: &str) -> bilten_tests::Answer {
    web.send(post_form(&host(&app.alfa), "/manage/login/second/sms", Some(step), &[]))
        .await
}

#[tokio::test]
async fn mfa_10_a_number_counts_once_its_code_came_back_and_only_where_the_tenant_allows() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let eva = Clerk::hire(&app, (app.alfa.id, &app.alfa.host), Role::EventManager, None).await;
    let not_yet = web.submit(&eva, PHONE, &[("number", NUMBER)]).await;
    assert_eq!(
        not_yet.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the tenant sends none"
    );
    assert!(!web.look(&eva, FACTOR).await.text.contains(PHONE), "nor offers any");
    allow(&web, &app, "+47 +46").await;
    for (number, why) in [
        ("+1 202 555 0100", "not sent to such numbers"),
        ("400 00 012", "not a number"),
        ("", "not a number"),
    ] {
        let refused = web.submit(&eva, PHONE, &[("number", number)]).await;
        assert!(refused.text.contains(why), "{number}: {}", refused.text);
    }
    assert!(messages(&web, &app).await.is_empty());
    // A wrong code, and the second step before the number counts.
    web.submit(&eva, PHONE, &[("number", NUMBER)]).await;
    let text = messages(&web, &app).await.remove(0);
    assert!(text.ends_with(&format!("@{} #{}", app.alfa.host, &text[..6])), "{text}");
    let wrong = web.submit(&eva, CONFIRMATION, &[("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut admin = app.test_db.admin().await;
    let (open, kept): (i64, i64) = sqlx::query_as(
        "select count(*) filter (where confirmed_at is null), count(*) filter (where octet_length(sealed_number) = 12 + 11 + 16)
         from bilten.phones",
    )
    .fetch_one(&mut admin)
    .await
    .unwrap();
    assert_eq!((open, kept), (1, 1), "the number waits, and lies sealed");
    let (jobs, codes): (i64, i64) = sqlx::query_as(
        "select (select count(*) from bilten.jobs where kind = 'sms.code' and payload::text like '%' || $1 || '%'),
                (select count(*) from bilten.sms_codes c where to_jsonb(c)::text like '%' || $1 || '%')",
    )
    .bind(&text[..6])
    .fetch_one(&mut admin)
    .await
    .unwrap();
    assert_eq!((jobs, codes), (0, 0), "the digits stand nowhere");
    let done = web.submit(&eva, CONFIRMATION, &[("code", &text[..6])]).await;
    assert_eq!(done.text.matches("<li><code>").count(), 10);
    let other = web.submit(&eva, PHONE, &[("number", "+47 400 00 099")]).await;
    assert_eq!(
        other.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a number that counts is removed first"
    );
}

#[tokio::test]
async fn mfa_12_a_code_is_good_once_for_what_it_was_sent_for() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    allow(&web, &app, "+47").await;
    let kim = kim(&web, &app).await;
    let step = half_way(&web, &app).await;
    let page = web
        .send(bilten_tests::get_page(
            &host(&app.alfa),
            "/manage/login/second",
            Some(&step),
        ))
        .await;
    assert!(page.text.contains("··12"), "{}", page.text);
    let asked = ask(&web, &app, &step).await;
    assert!(asked.location().starts_with("/manage/login/second"), "{}", asked.text);
    let code = last_code(&web, &app).await;
    // Not as a fresh proof, and not under another account.
    let confirm = web
        .submit(&kim, "/manage/confirmation", &[("code", &code), ("next", FACTOR)])
        .await;
    assert_eq!(confirm.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = second_step(&web, &app.alfa, &step, &code).await;
    assert!(done.session().is_some(), "{}", done.text);
    let step = half_way(&web, &app).await;
    assert!(
        second_step(&web, &app.alfa, &step, &code).await.session().is_none(),
        "twice"
    );
    // A later code ends an earlier one, and time ends both.
    app.advance(SignedDuration::from_mins(1));
    ask(&web, &app, &step).await;
    let first = last_code(&web, &app).await;
    app.advance(SignedDuration::from_mins(1));
    ask(&web, &app, &step).await;
    let second = last_code(&web, &app).await;
    assert!(second_step(&web, &app.alfa, &step, &first).await.session().is_none());
    app.advance(SignedDuration::from_mins(5));
    assert!(
        second_step(&web, &app.alfa, &step, &second).await.session().is_none(),
        "too late"
    );
    // The proof that it is still she.
    app.advance(SignedDuration::from_mins(20));
    let sent = web.submit(&kim, "/manage/confirmation/sms", &[("next", FACTOR)]).await;
    assert!(
        sent.location().starts_with("/manage/confirmation?next="),
        "{}",
        sent.text
    );
    let code = last_code(&web, &app).await;
    let proved = web
        .submit(&kim, "/manage/confirmation", &[("code", &code), ("next", FACTOR)])
        .await;
    assert_eq!(proved.location(), FACTOR, "{}", proved.text);
}

#[tokio::test]
async fn mfa_11_messages_have_a_budget_per_account_and_per_tenant() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    allow(&web, &app, "+47").await;
    kim(&web, &app).await;
    let step = half_way(&web, &app).await;
    ask(&web, &app, &step).await;
    for _ in 0..3 {
        ask(&web, &app, &step).await;
    }
    assert_eq!(
        messages(&web, &app).await.len(),
        2,
        "one in half a minute, beside that of the number"
    );
    for _ in 0..8 {
        app.advance(SignedDuration::from_secs(31));
        ask(&web, &app, &step).await;
    }
    assert_eq!(messages(&web, &app).await.len(), 5, "five in an hour");
    // Others have spent the tenant's budget.
    app.advance(SignedDuration::from_mins(61));
    let mut admin = app.test_db.admin().await;
    sqlx::query(
        "insert into bilten.sms_codes (tenant_id, id, account_id, purpose, host, locale, asked_at, expires_at)
         select tenant_id, gen_random_uuid(), id, 'second', 'x', 'en', $2::timestamptz, $2::timestamptz
         from bilten.accounts, generate_series(1, 100) where tenant_id = $1 and email <> $3 limit 100",
    )
    .bind(app.alfa.id.uuid())
    .bind(app.now().to_string())
    .bind(EMAIL)
    .execute(&mut admin)
    .await
    .unwrap();
    let step = half_way(&web, &app).await;
    let refused = ask(&web, &app, &step).await;
    assert!(
        refused.location().starts_with("/manage/login/second"),
        "{}",
        refused.text
    );
    assert_eq!(messages(&web, &app).await.len(), 5, "nothing more went out");
    // The tenant stops: the telephone is no factor any more, and the password is enough again.
    allow(&web, &app, "").await;
    let answer = first_step(&web, &app.alfa, (EMAIL, PASSWORD), None).await;
    assert_eq!(answer.location(), "/manage", "{}", answer.text);
    report("short messages: 5 an account, 100 a tenant and hour; the sixth and the hundred-and-first stay");
}
