//! The owner connects an account, Stripe says how it stands, and only that opens and closes the shop.

use bilten_tenancy::permissions::Role;
use bilten_tests::{
    Clerk,
    fakes::{StripeFault, stripe::Standing},
};

use super::desk::Desk;

#[tokio::test]
async fn an_owner_connects_an_account_and_sells_as_soon_as_stripe_is_content() {
    let desk = Desk::open().await;
    let before = desk.web.look(&desk.owner, "/manage/payees").await;
    assert_eq!(before.status, 200);
    assert!(before.text.contains("Connect with Stripe") && before.text.contains("test provider"));
    let account = desk.connect().await;
    let page = desk.web.look(&desk.owner, "/manage/payees").await.text;
    assert!(page.contains("Not finished") && page.contains(&account), "{page}");
    assert!(page.contains("bank account that is paid out to"), "{page}");
    let link = format!("/manage/payees/{}/onboarding", payee_id(&page));
    let away = desk.web.look(&desk.owner, &link).await;
    assert!(
        away.location()
            .starts_with(&format!("{}/onboarding/{account}/", desk.fake.base_url()))
    );
    let other = desk.web.look(&desk.owner, &link).await;
    assert_ne!(away.location(), other.location(), "each visit gets a link of its own");
    desk.fake.set_standing(&account, Standing::Sells);
    let back = desk.web.look(&desk.owner, &link.replace("onboarding", "return")).await;
    assert_eq!(back.leads_to(), "/manage/payees");
    let page = desk.web.look(&desk.owner, "/manage/payees").await.text;
    assert!(
        page.contains("Selling") && page.contains("Buyers pay on your account"),
        "{page}"
    );
}

#[tokio::test]
async fn only_who_may_do_so_sees_and_connects_accounts() {
    let desk = Desk::open().await;
    for role in [Role::EventManager, Role::DoorStaff] {
        let clerk = Clerk::hire(&desk.app, (desk.shop.id, &desk.shop.host), role, None).await;
        assert_eq!(desk.web.look(&clerk, "/manage/payees").await.status, 404);
        let fields = [("country", "NO"), ("profile", "managed")];
        assert_eq!(desk.web.submit(&clerk, "/manage/payees", &fields).await.status, 404);
    }
    assert!(desk.fake.recorded().is_empty());
    for odd in [("XX", "managed"), ("no", "managed"), ("NO", "mine")] {
        let fields = [("country", odd.0), ("profile", odd.1)];
        let answer = desk.web.submit(&desk.owner, "/manage/payees", &fields).await;
        assert_eq!(answer.status, 422, "{odd:?}");
    }
    assert!(desk.fake.recorded().is_empty());
}

/// 53, 54
#[tokio::test]
async fn an_account_whose_opening_got_lost_is_opened_once() {
    let desk = Desk::open().await;
    let fields = [("country", "NO"), ("profile", "self_managed")];
    for fault in [StripeFault::CutAfter, StripeFault::ErrorAfter] {
        desk.fake.fail_next(fault);
        let answer = desk.web.submit(&desk.owner, "/manage/payees", &fields).await;
        assert_eq!(answer.leads_to(), "/manage/payees");
        assert_eq!(desk.account().await, None, "{fault:?}");
        let page = desk.web.look(&desk.owner, "/manage/payees").await.text;
        assert!(page.contains("Being opened"), "{page}");
    }
    desk.connect().await;
    desk.connect().await;
    let made = desk
        .fake
        .recorded()
        .iter()
        .filter(|asked| asked.path == "/accounts")
        .count();
    assert_eq!(made, 3, "once each time until the answer was there");
    assert_eq!(desk.count("select count(*) from bilten.payee_accounts").await, 1);
    assert_eq!(desk.count("select count(*) from platform.payee_directory").await, 1);
    let asked = desk.fake.recorded();
    let controller = &asked[0].params["controller"];
    assert_eq!(controller["losses"]["payments"], "stripe");
    assert_eq!(asked[0].params["metadata"]["tenant"], desk.shop.id.to_string());
}

/// 83
#[tokio::test]
async fn what_stripe_says_opens_and_closes_the_gate() {
    let desk = Desk::open().await;
    let account = desk.connect_and_finish().await;
    for (standing, state, words) in [
        (
            Standing::SellsUntil(1_935_900_000),
            "active",
            "Stripe wants to know until",
        ),
        (Standing::Overdue, "restricted", "was not told in time"),
        (Standing::Sells, "active", "Selling"),
        (Standing::Rejected, "restricted", "suspected fraud"),
    ] {
        desk.fake.set_standing(&account, standing);
        desk.deliver().await;
        let page = desk.web.look(&desk.owner, "/manage/payees").await.text;
        assert!(page.contains(words), "{standing:?}: {page}");
        let found = sqlx_state(&desk).await;
        assert_eq!(found, state, "{standing:?}");
    }
}

/// 83, 90
#[tokio::test]
async fn a_closed_account_sells_no_more_and_another_may_be_connected() {
    let desk = Desk::open().await;
    let first = desk.connect_and_finish().await;
    let page = desk.web.look(&desk.owner, "/manage/payees").await.text;
    let close = format!("/manage/payees/{}/closure", payee_id(&page));
    assert_eq!(
        desk.web.submit(&desk.owner, &close, &[]).await.leads_to(),
        "/manage/payees"
    );
    let again = desk.web.submit(&desk.owner, &close, &[]).await;
    assert_eq!(again.leads_to(), "/manage/payees", "twice closes once");
    let second = desk.connect_and_finish().await;
    assert_ne!(first, second);
    let page = desk.web.look(&desk.owner, "/manage/payees").await.text;
    assert!(page.contains("Accounts of before") && page.contains(&first), "{page}");
    let closed = "select count(*) from bilten.audit_entries where action = 'payee.closed'";
    assert_eq!(desk.count(closed).await, 1);
}

async fn sqlx_state(desk: &Desk) -> String {
    let mut admin = desk.app.test_db.admin().await;
    sqlx::query_scalar("select state from bilten.payee_accounts")
        .fetch_one(&mut admin)
        .await
        .unwrap()
}

fn payee_id(page: &str) -> &str {
    let start = page.find("/manage/payees/pye_").unwrap() + "/manage/payees/".len();
    let end = page[start..].find('/').unwrap();
    &page[start..start + end]
}

#[tokio::test]
async fn stripes_pages_are_shown_inside_ours_and_the_sessions_secret_is_told_to_nobody_else() {
    let desk = Desk::open().await;
    desk.connect().await;
    let page = desk.web.look(&desk.owner, "/manage/payees").await.text;
    let path = format!("/manage/payees/{}/embedded", payee_id(&page));
    assert!(page.contains(&path), "{page}");
    let shown = desk.web.look(&desk.owner, &path).await;
    assert_eq!(shown.status, 200);
    let policy = shown.headers["content-security-policy"].to_str().unwrap().to_owned();
    assert!(
        policy.contains("connect-js.stripe.com") && policy.contains("'nonce-"),
        "{policy}"
    );
    assert!(
        !shown.text.contains("accs_secret"),
        "the page is cached nowhere, and holds none all the same"
    );
    assert!(
        shown.text.contains("data-component=\"account-onboarding\""),
        "{}",
        shown.text
    );
    let session = path.replace("embedded", "onboarding-session");
    let told = desk.web.submit(&desk.owner, &session, &[]).await;
    assert_eq!(told.status, 200);
    assert!(
        told.json()["client_secret"]
            .as_str()
            .unwrap()
            .starts_with("accs_secret")
    );
    let asked = desk.fake.recorded();
    let asked = asked.iter().find(|asked| asked.path == "/account_sessions").unwrap();
    let components: Vec<&String> = asked.params["components"].as_object().unwrap().keys().collect();
    assert_eq!(
        components,
        ["account_management", "account_onboarding", "notification_banner"],
        "payouts and contests of a managed account are ours"
    );
    let clerk = Clerk::hire(&desk.app, (desk.shop.id, &desk.shop.host), Role::EventManager, None).await;
    assert_eq!(desk.web.look(&clerk, &path).await.status, 404);
    assert_eq!(desk.web.submit(&clerk, &session, &[]).await.status, 404);
    let by_program = desk
        .web
        .call(&desk.shop, http::Method::POST, &session.replace("/manage", ""), None)
        .await
        .expect(201);
    assert_eq!(by_program["publishable_key"], "pk_test_fake");
    let dump = "select count(*) from bilten.audit_entries a, bilten.payee_accounts p, bilten.idempotency_keys k
                where (to_jsonb(a)::text || to_jsonb(p)::text || to_jsonb(k)::text) like '%accs_secret%'";
    assert_eq!(desk.count(dump).await, 0);
}
