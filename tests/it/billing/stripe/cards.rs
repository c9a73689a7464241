//! Cards are told apart by their fingerprints, as Stripe tells them with each decline.

use bilten_billing::{
    checkout::{PayError, PayOrder, PayStatus},
    risk::{self, Payer},
};
use bilten_kernel::CartId;

use super::shop::Shop;

async fn try_card(shop: &Shop, cart: CartId, token: &str) -> Result<PayStatus, PayError> {
    let payer = Payer::visitor(Some(vec![10, 20, 30, 40]), None);
    let wish = PayOrder {
        payer,
        ..shop.wish(cart, token)
    };
    Ok(shop.try_pay(wish).await?.status)
}

async fn is_declined(shop: &Shop, cart: CartId, token: &str) -> bool {
    matches!(try_card(shop, cart, token).await, Ok(PayStatus::Declined(_)))
}

/// 112
#[tokio::test]
async fn three_cards_of_one_cart_call_for_work_before_a_fourth_is_tried() {
    let shop = Shop::open(3).await;
    let (cart, _) = shop.till.order().await;
    for token in ["ctoken_declined_1_red", "ctoken_poor_2_green", "ctoken_declined_3_blue"] {
        assert!(is_declined(&shop, cart, token).await, "{token}");
    }
    let fourth = try_card(&shop, cart, "ctoken_visa_4_white").await;
    assert!(matches!(fourth, Err(PayError::Refused(_))), "{fourth:?}");
    assert_eq!(
        shop.fake.payments_on(&shop.account).len(),
        3,
        "nothing was begun at Stripe"
    );
    let mut tx = shop.till.app.db.begin(&shop.till.ctx()).await.unwrap();
    let decided = risk::decisions_of(&mut tx, cart).await.unwrap();
    assert!(
        decided
            .iter()
            .any(|decided| decided.action.name() == "challenge" && decided.reasons.contains(&"cart-cards".to_owned())),
        "{decided:?}"
    );
}

/// 112
#[tokio::test]
async fn the_same_card_three_times_is_one_card_and_no_fingerprint_is_kept_as_it_is() {
    let shop = Shop::open(3).await;
    let (cart, _) = shop.till.order().await;
    for token in ["ctoken_declined_1_red", "ctoken_poor_2_red", "ctoken_declined_3_red"] {
        assert!(is_declined(&shop, cart, token).await, "{token}");
    }
    let paid = try_card(&shop, cart, "ctoken_visa_4_white").await;
    assert_eq!(paid.unwrap(), PayStatus::Paid);
    let told = "select count(*) from bilten.payment_attempts a, bilten.audit_entries e
                where to_jsonb(a)::text like '%print_red%' or to_jsonb(e)::text like '%print_red%'";
    assert_eq!(shop.till.count(told).await, 0);
    shop.assert_settled().await;
}
