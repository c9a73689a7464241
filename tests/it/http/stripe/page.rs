//! The pay page: Stripe's script runs there and nowhere else, and nothing else runs there.

use bilten_tests::fakes::stripe::Standing;

use super::desk::{Desk, PRICE};

fn policy(answer: &bilten_tests::Answer) -> String {
    let value = answer.headers.get("content-security-policy").unwrap();
    value.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn stripes_script_is_let_into_the_pay_page_alone() {
    let desk = Desk::open().await;
    let account = desk.connect_and_finish().await;
    let pay = desk.to_the_pay_page().await;
    let page = desk.page(&pay).await;
    let policy_of_page = policy(&page);
    let scripts = policy_of_page
        .split(';')
        .find(|part| part.trim().starts_with("script-src"))
        .unwrap();
    assert!(!scripts.contains("'self'") && !scripts.contains("unsafe"), "{scripts}");
    let nonce = scripts.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    assert_eq!(nonce.len(), 32);
    let tags: Vec<&str> = page
        .text
        .match_indices("<script")
        .map(|(at, _)| &page.text[at..at + 200.min(page.text.len() - at)])
        .collect();
    assert_eq!(tags.len(), 2, "{tags:?}");
    for tag in tags {
        assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{tag}");
    }
    assert!(page.text.contains("https://js.stripe.com/endive/stripe.js"));
    assert!(page.text.contains(&account) && page.text.contains("pk_test_fake"));
    assert!(page.text.contains(&format!("data-amount=\"{PRICE}\"")));
    assert!(page.text.contains("<noscript>") && page.text.contains("your browser needs JavaScript"));
    let again = desk.page(&pay).await;
    assert_ne!(policy(&again), policy_of_page, "each answer has a nonce of its own");
    for path in ["/", "/events/concert", pay.trim_end_matches("/pay"), "/manage/login"] {
        let other = desk.page(path).await;
        assert!(
            !policy(&other).contains("stripe") && !other.text.contains("js.stripe.com"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_buyer_pays_and_the_banks_page_is_reached_by_a_page_of_ours() {
    let desk = Desk::open().await;
    desk.connect_and_finish().await;
    let pay = desk.to_the_pay_page().await;
    let nothing = desk
        .form(&pay, &[("method", "stripe"), ("confirmation_token", "")])
        .await;
    assert_eq!(nothing.leads_to(), pay, "who comes without script is told on the page");
    let declined = desk.pay(&pay, "ctoken_poor_1").await;
    assert_eq!(declined.leads_to(), pay);
    assert!(desk.page(&pay).await.text.contains("not enough money on the card"));
    let bank = desk.pay(&pay, "ctoken_challenge_2").await;
    assert_eq!(bank.status, 200);
    assert!(
        bank.text.contains("http-equiv=\"refresh\"") && bank.text.contains("/challenge/pi_fake"),
        "{}",
        bank.text
    );
    let account = desk.account().await.unwrap();
    let payment = desk.fake.payments_on(&account).pop().unwrap();
    // 28: the address of the way back decides nothing.
    let back = format!(
        "{}?payment_intent={payment}&redirect_status=succeeded",
        pay.replace("/pay", "/return")
    );
    let order = desk.page(&back).await.leads_to();
    assert!(
        desk.page(&order).await.text.contains(&payment),
        "he is led to his bank again"
    );
    desk.fake.finish_challenge(&payment, true);
    let order = desk.page(&back).await.leads_to();
    assert!(order.starts_with("/orders/"), "{order}");
    let paid = "select count(*) from bilten.orders where state = 'paid'";
    assert_eq!(desk.count(paid).await, 1);
    // 4: the browser's button back leads to the paid order.
    assert_eq!(desk.page(&pay).await.leads_to(), order);
}

#[tokio::test]
async fn a_restricted_account_takes_no_money_and_the_sandbox_does_not_step_in() {
    let desk = Desk::open().await;
    let account = desk.connect_and_finish().await;
    let pay = desk.to_the_pay_page().await;
    desk.fake.set_standing(&account, Standing::Overdue);
    desk.deliver().await;
    assert_eq!(desk.page(&pay).await.status, 409);
    assert_eq!(desk.form(&pay, &[("method", "sandbox")]).await.status, 409);
    assert_eq!(desk.pay(&pay, "ctoken_visa_1").await.status, 409);
    desk.fake.set_standing(&account, Standing::Sells);
    desk.deliver().await;
    assert!(desk.pay(&pay, "ctoken_visa_1").await.leads_to().starts_with("/orders/"));
}

#[tokio::test]
async fn a_shop_without_an_account_uses_the_sandbox_where_that_is_allowed() {
    let desk = Desk::open().await;
    let pay = desk.to_the_pay_page().await;
    assert!(!desk.page(&pay).await.text.contains("js.stripe.com"));
    assert!(
        desk.form(&pay, &[("method", "sandbox")])
            .await
            .leads_to()
            .starts_with("/sandbox/")
    );
    let closed = Desk::open_with(&[("BILTEN_SANDBOX", "off")]).await;
    let pay = closed.to_the_pay_page().await;
    assert_eq!(closed.page(&pay).await.status, 409);
}

/// No answer that a browser gets holds what could confirm a payment, and no row does.
#[tokio::test]
async fn secrets_of_payments_are_in_no_page_and_no_row() {
    let desk = Desk::open().await;
    desk.connect_and_finish().await;
    let pay = desk.to_the_pay_page().await;
    let mut texts = vec![
        desk.page(&pay).await.text,
        desk.pay(&pay, "ctoken_challenge_canary").await.text,
    ];
    desk.deliver().await;
    texts.push(desk.page(&pay.replace("/pay", "/return")).await.text);
    let dump = "select string_agg(row::text, ' ') from (
                  select to_jsonb(a) as row from bilten.payment_attempts a union all
                  select to_jsonb(o) from bilten.payment_operations o union all
                  select to_jsonb(e) from bilten.audit_entries e union all
                  select to_jsonb(j) from bilten.jobs j union all
                  select to_jsonb(p) from bilten.payee_accounts p) rows";
    let mut admin = desk.app.test_db.admin().await;
    texts.push(sqlx::query_scalar(dump).fetch_one(&mut admin).await.unwrap());
    for text in texts {
        for secret in ["_secret_canary", "ctoken_challenge_canary", "sk_test_", "whsec_"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}
