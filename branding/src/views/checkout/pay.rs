//! Samples of the second screen.

use bilten_kernel::Money;

use super::{CompanyPart, GiftField, PayMethod, PayView, PayWork, PromoLine, StripeForm};
use crate::{
    texts,
    views::{Text, View, sample},
};

impl View for PayView {
    const TEMPLATE: &'static str = "checkout/pay.html";

    fn samples() -> Vec<Self> {
        let mut declined = usual_pay();
        declined.summary = CompanyPart::sample_on(declined.summary);
        declined.summary.gift = None;
        if let Some(gift) = &mut declined.gift {
            gift.tail = None;
        }
        declined.decline = Some(Text::new(texts::DECLINE_CARD));
        declined.hold = sample::hold(false);
        let mut free = usual_pay();
        free.methods.clear();
        free.is_free = true;
        free.summary.promo = Some(PromoLine {
            code: "PRESS".to_owned(),
            is_offer: false,
            off: free.summary.total,
        });
        free.summary.total = Money::zero(free.summary.total.currency);
        free.summary.gift = None;
        free.gift = None;
        free.to_pay = free.summary.total;
        let mut stripe = usual_pay();
        stripe.methods.clear();
        stripe.decline = Some(Text::new(texts::DECLINE_CARD));
        stripe.stripe = Some(StripeForm {
            nonce: "c0ffee".to_owned(),
            script_url: "https://js.stripe.com/endive/stripe.js".to_owned(),
            publishable_key: "pk_test_0".to_owned(),
            account: "acct_0".to_owned(),
            amount: 149_000,
            currency: "nok".to_owned(),
            return_url: "https://tickets.example/checkout/c0ffee/return".to_owned(),
            support_email: "help@tickets.example".to_owned(),
        });
        let mut slowed = usual_pay();
        slowed.work = Some(PayWork {
            challenge: "c0ffee".to_owned(),
            salt: "5a17.1927369600".to_owned(),
            signature: "5eed".to_owned(),
            max_number: 80_000,
            wait_minutes: 2,
        });
        let mut gift = usual_pay();
        gift.summary = sample::gift_summary();
        gift.gift = None;
        gift.to_pay = gift.summary.total;
        gift.refund_policy = None;
        gift.return_terms.clear();
        vec![usual_pay(), declined, free, stripe, slowed, gift]
    }
}

/// The second screen as most buyers meet it.
fn usual_pay() -> PayView {
    PayView {
        summary: sample::summary(),
        hold: sample::hold(true),
        action: "/checkout/c0ffee/pay".to_owned(),
        request_key: "0194".to_owned(),
        buyer: sample::buyer(),
        edit_url: "/checkout/c0ffee".to_owned(),
        methods: vec![PayMethod {
            id: "sandbox".to_owned(),
            label: Text::new(texts::METHOD_SANDBOX),
            hint: Text::new(texts::METHOD_SANDBOX_HINT),
            icon: "card".to_owned(),
            selected: true,
        }],
        is_free: false,
        to_pay: sample::nok(467_300),
        gift: Some(GiftField {
            action: "/checkout/c0ffee/gift-card".to_owned(),
            tail: Some("TW7K".to_owned()),
        }),
        stripe: None,
        least: None,
        decline: None,
        work: None,
        terms_url: "/legal/terms".to_owned(),
        refund_policy: Some("Refunds until seven days before the event.".to_owned()),
        return_terms: sample::return_terms(),
    }
}
