//! Programs sell on the shop's account too.

use http::Method;
use serde_json::{Value, json};

use super::desk::Desk;

async fn check_out(desk: &Desk, cart: &str, payment: Value, key: &str) -> bilten_tests::Answer {
    let body = json!({ "buyer": { "email": "ada@example.org", "name": "Ada" }, "payment": payment });
    let path = format!("/carts/{cart}/checkout");
    desk.web
        .call_once(&desk.shop, Method::POST, &path, Some(&body), Some(key))
        .await
}

async fn cart(desk: &Desk, (event, ticket_type): &(String, String)) -> String {
    let made = desk.web.hold(&desk.shop, event, ticket_type, 1).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_program_pays_with_what_stripes_form_left_and_not_with_the_sandbox() {
    let desk = Desk::open().await;
    let account = desk.connect_and_finish().await;
    let sale = desk.web.open_sale(&desk.shop, 10, 25_000).await;
    let first = cart(&desk, &sale).await;
    let sandbox = check_out(&desk, &first, json!({ "method": "sandbox" }), "k1").await;
    sandbox.expect_problem(422, "invalid_field");
    let no_token = check_out(&desk, &first, json!({ "method": "stripe" }), "k2").await;
    no_token.expect_problem(422, "invalid_field");
    let odd = json!({ "method": "stripe", "confirmation_token": "c token" });
    check_out(&desk, &first, odd, "k3")
        .await
        .expect_problem(422, "invalid_field");
    assert!(desk.fake.payments_on(&account).is_empty());
    let good = json!({ "method": "stripe", "confirmation_token": "ctoken_visa_1" });
    for _ in 0..2 {
        let paid = check_out(&desk, &first, good.clone(), "k4").await.expect(200);
        assert_eq!(paid["state"], "paid");
    }
    let second = cart(&desk, &sale).await;
    let poor = json!({ "method": "stripe", "confirmation_token": "ctoken_poor_1" });
    check_out(&desk, &second, poor, "k5")
        .await
        .expect_problem(402, "payment_declined");
    assert_eq!(desk.fake.paid_on(&account).payments, 1);
}

#[tokio::test]
async fn a_program_connects_an_account_and_sees_how_it_stands() {
    let desk = Desk::open().await;
    let call = async |method, path: &str, body: Option<&Value>| desk.web.call(&desk.shop, method, path, body).await;
    let none = call(Method::GET, "/payees", None).await.expect(200);
    assert_eq!(
        (none["data"].as_array().unwrap().len(), &none["has_more"]),
        (0, &json!(false))
    );
    for odd in [
        json!({ "country": "no", "profile": "managed" }),
        json!({ "country": "NO", "profile": "mine" }),
    ] {
        let refused = call(Method::POST, "/payees", Some(&odd)).await;
        refused.expect_problem(422, "invalid_field");
    }
    let wish = json!({ "country": "NO", "profile": "managed" });
    let made = call(Method::POST, "/payees", Some(&wish)).await.expect(200);
    let again = call(Method::POST, "/payees", Some(&wish)).await.expect(200);
    assert_eq!(made["id"], again["id"], "a tenant has one open account");
    assert_eq!(
        (&made["state"], &made["tier"]),
        (&json!("onboarding"), &json!("unproven"))
    );
    assert_eq!(made["wanted"], json!(["business", "bank_account"]));
    let path = format!("/payees/{}", made["id"].as_str().unwrap());
    let link = call(Method::POST, &format!("{path}/onboarding-links"), None)
        .await
        .expect(201);
    assert!(link["url"].as_str().unwrap().starts_with(desk.fake.base_url()));
    let account = made["account"].as_str().unwrap();
    desk.fake
        .set_standing(account, bilten_tests::fakes::stripe::Standing::Sells);
    desk.deliver().await;
    let seen = call(Method::GET, &path, None).await.expect(200);
    assert_eq!(
        (&seen["state"], &seen["payouts_enabled"]),
        (&json!("active"), &json!(true))
    );
    for print in ["of_the_owner", "of_a_thief"] {
        desk.fake.set_bank(account, print);
        desk.fake
            .set_standing(account, bilten_tests::fakes::stripe::Standing::Sells);
        desk.deliver().await;
    }
    let seen = call(Method::GET, &path, None).await.expect(200);
    assert_eq!(seen["rests"][0]["why"], "bank_changed");
    for _ in 0..2 {
        assert_eq!(call(Method::DELETE, &path, None).await.status, 204);
    }
    let gone = call(Method::POST, &format!("{path}/onboarding-links"), None).await;
    gone.expect_problem(409, "payee_state");
}
