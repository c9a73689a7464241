//! Every request that we send is one that Stripe's own SDK would type.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use bilten_billing::{
    payees::{CreateAccount, OnboardingReturn, PayeeAccounts as _, Profile},
    provider::{self, AccountRef, Concede, EvidenceTexts, OperationKey, PaymentHistory, PaymentRef, SubmitEvidence},
    refunds,
};
use bilten_kernel::Ctx;
use serde_json::json;

use super::shop::Shop;

/// What the script ends with where the SDK cannot be had.
const NOT_THERE: i32 = 77;

#[tokio::test]
async fn counted_every_request_is_one_that_stripes_own_sdk_would_type() {
    let shop = Shop::open(3).await;
    let ctx = shop.till.ctx();
    let (paid, order) = shop.till.order().await;
    shop.pay(paid, "ctoken_visa_1").await;
    let (declined, _) = shop.till.order().await;
    shop.pay(declined, "ctoken_declined_2").await;
    let (abandoned, _) = shop.till.order().await;
    shop.pay(abandoned, "ctoken_challenge_3").await;
    let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
    refunds::cancel_order(&ctx, &mut tx, order).await.unwrap();
    tx.commit().await.unwrap();
    shop.work_until_settled().await;
    let stripe = shop.fake.provider();
    for (profile, key) in [(Profile::Managed, "a"), (Profile::SelfManaged, "b")] {
        let call = CreateAccount {
            key: key.to_owned(),
            payee: "pye_1".to_owned(),
            country: "NO".to_owned(),
            profile,
        };
        assert_eq!(stripe.create(&ctx, &call).await.label(), "done");
    }
    let account = AccountRef::parse(&shop.account).unwrap();
    let back = OnboardingReturn {
        done: "https://tickets.example/manage/payees/1/return".to_owned(),
        again: "https://tickets.example/manage/payees/1/onboarding".to_owned(),
    };
    assert_eq!(stripe.fetch(&ctx, &account).await.label(), "done");
    assert_eq!(stripe.onboarding_link(&ctx, &account, &back).await.label(), "done");
    for profile in Profile::ALL {
        let session = stripe.onboarding_session(&ctx, &account, profile).await;
        assert_eq!(session.label(), "done");
    }
    answer_contests(&ctx, &shop, &account).await;
    assert_eq!(stripe.list_undelivered(&account, ctx.now()).await.label(), "done");
    let lines: Vec<String> = shop
        .fake
        .recorded()
        .iter()
        .map(|asked| json!({ "method": asked.method, "path": asked.path, "params": asked.params }).to_string())
        .collect();
    let Some((fits, said)) = ask_the_sdk(&lines.join("\n")) else {
        return;
    };
    assert!(fits, "{said}");
    println!("Stripe's SDK types {}", said.trim());
    let misspelt = json!({ "method": "POST", "path": "/refunds", "params": { "amout": "1" } }).to_string();
    assert!(
        ask_the_sdk(&misspelt).is_some_and(|(fits, _)| !fits),
        "a misspelt parameter is refused"
    );
}

/// Gives one contest up, and answers another.
async fn answer_contests(ctx: &Ctx, shop: &Shop, account: &AccountRef) {
    let stripe = shop.fake.provider();
    let call = Concede {
        key: OperationKey::concede(ctx.new_id()),
        account: Some(account.clone()),
        dispute: shop.fake.dispute(&shop.fake.payments_on(&shop.account)[0]),
    };
    let done = provider::Provider::concede(&stripe, ctx, &call).await;
    assert_eq!(done.label(), "done");
    let call = evidence(ctx, shop, account);
    let done = provider::Provider::submit_evidence(&stripe, ctx, &call).await;
    assert_eq!(done.label(), "done");
}

/// Everything that can be handed in against a contest.
fn evidence(ctx: &Ctx, shop: &Shop, account: &AccountRef) -> SubmitEvidence {
    let payment = shop.fake.payments_on(&shop.account).remove(0);
    let text = || "text".to_owned();
    let earlier = (PaymentRef::parse(&payment).unwrap(), text());
    SubmitEvidence {
        key: OperationKey::evidence(ctx.new_id(), &[7; 32]),
        account: Some(account.clone()),
        dispute: shop.fake.dispute(&payment),
        texts: EvidenceTexts {
            description: text(),
            customer_name: text(),
            customer_email: text(),
            service_date: text(),
            refund_policy: text(),
            refund_refusal: text(),
            access_log: text(),
            note: text(),
        },
        history: Some(PaymentHistory {
            mail: "ada@example.org".to_owned(),
            browser: Some("0123456789abcdef".to_owned()),
            bought: text(),
            earlier: vec![earlier.clone(), earlier],
        }),
    }
}

/// Tells whether all requests fit, and what was said; none where the SDK cannot be had.
fn ask_the_sdk(lines: &str) -> Option<(bool, String)> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/stripe-sdk.sh");
    let mut child = Command::new("bash")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(format!("{lines}\n").as_bytes())
        .ok();
    let done = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    if done.status.code() == Some(NOT_THERE) {
        println!("skipped: {}", said.trim());
        return None;
    }
    Some((done.status.success(), said))
}
