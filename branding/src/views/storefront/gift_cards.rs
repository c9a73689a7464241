//! Where gift cards are bought.

use bilten_kernel::Money;
use serde::Serialize;

use crate::{
    texts,
    views::{FieldErrors, Text, View, sample},
};

/// `GET|POST /gift-cards`.
#[derive(Debug, Clone, Serialize)]
pub struct GiftShopView {
    /// Where the form is posted to.
    pub action: String,
    /// Amounts to choose from; field `amount`, in minor units.
    pub amounts: Vec<GiftAmount>,
    /// What an amount of the buyer's own lies between; field `own`.
    pub bounds: Option<GiftBounds>,
    /// Whether an amount of his own is chosen.
    pub is_own: bool,
    /// Days that the card is valid.
    pub valid_days: Option<i32>,
    /// What was typed.
    pub form: GiftShopForm,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// The first day on which it can be sent.
    pub first_day: String,
    /// The last one.
    pub last_day: String,
    /// Privacy notice.
    pub privacy_url: String,
}

/// What an amount lies between.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct GiftBounds {
    /// The least.
    pub least: Money,
    /// The most.
    pub most: Money,
}

/// An amount to choose.
#[derive(Debug, Clone, Serialize)]
pub struct GiftAmount {
    /// Value of its field.
    pub value: i64,
    /// The amount.
    pub amount: Money,
    /// Whether it is chosen.
    pub selected: bool,
}

/// What a buyer of a gift card tells.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GiftShopForm {
    /// An amount of his own, as typed.
    pub own: String,
    /// His mail address.
    pub email: String,
    /// His name.
    pub name: String,
    /// For whom it is.
    pub recipient_name: String,
    /// Where it is sent.
    pub recipient_email: String,
    /// What he wants to say.
    pub message: String,
    /// The day on which it is sent.
    pub send_on: String,
}

impl View for GiftShopView {
    const TEMPLATE: &'static str = "storefront/gift_cards.html";

    fn samples() -> Vec<Self> {
        let amount = |minor, selected| GiftAmount {
            value: minor,
            amount: sample::nok(minor),
            selected,
        };
        let usual = Self {
            action: "/gift-cards".to_owned(),
            amounts: vec![amount(25_000, false), amount(50_000, true), amount(100_000, false)],
            bounds: Some(GiftBounds {
                least: sample::nok(10_000),
                most: sample::nok(500_000),
            }),
            is_own: false,
            valid_days: Some(1_095),
            form: GiftShopForm::default(),
            errors: FieldErrors::none(),
            first_day: "2026-11-30".to_owned(),
            last_day: "2027-11-30".to_owned(),
            privacy_url: "/legal/privacy".to_owned(),
        };
        let own_only = Self {
            amounts: Vec::new(),
            is_own: true,
            valid_days: None,
            form: GiftShopForm {
                own: "12".to_owned(),
                email: "ada@\"><b>example".to_owned(),
                message: "Happy <birthday>".to_owned(),
                ..GiftShopForm::default()
            },
            errors: FieldErrors::none()
                .with("own", Text::new(texts::GIFT_SHOP_CHOOSE))
                .with("email", Text::new(texts::FIELD_EMAIL_INVALID))
                .with("name", Text::new(texts::FIELD_REQUIRED))
                .with("recipient_email", Text::new(texts::GIFT_SHOP_RECIPIENT))
                .with("recipient_name", Text::new(texts::FIELD_TOO_LONG).with("max", 120_u32))
                .with("message", Text::new(texts::FIELD_TOO_LONG).with("max", 500_u32))
                .with("send_on", Text::new(texts::GIFT_SHOP_DATE)),
            ..usual.clone()
        };
        let set_only = Self {
            bounds: None,
            ..usual.clone()
        };
        vec![usual, own_only, set_only]
    }
}
