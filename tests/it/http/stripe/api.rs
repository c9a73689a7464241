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
