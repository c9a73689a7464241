//! Gift cards of the shop.

use bilten_kernel::Money;
use serde::Serialize;

use crate::{
    texts,
    views::{FieldErrors, Moment, Text, View, sample},
};

/// `GET|POST /manage/gift-cards`.
#[derive(Debug, Clone, Serialize)]
pub struct GiftCardsView {
    /// The code of a card that was just made: it is shown this once.
    pub made: Option<MadeGiftCard>,
    /// Where a new card is posted to.
    pub action: String,
    /// Makes a repeated sending harmless.
    pub request_key: String,
    /// The form, as typed.
    pub form: GiftCardForm,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// Currency of new cards.
    pub currency: String,
    /// The latest cards.
    pub cards: Vec<GiftCardRow>,
    /// What all shown cards have left, by currency.
    pub owed: Vec<Money>,
    /// Older cards.
    pub next_url: Option<String>,
    /// How the shop sells cards, as typed.
    pub terms: GiftTermsForm,
    /// What is wrong with that.
    pub terms_errors: FieldErrors,
    /// Where that is posted to.
    pub terms_action: String,
    /// The page on which buyers buy them, while they can.
    pub shop_url: Option<String>,
}

/// How the shop sells gift cards.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GiftTermsForm {
    /// Buyers can buy them.
    pub is_sold: bool,
    /// Currency of the amounts.
    pub currency: String,
    /// Amounts to choose from, separated by blanks.
    pub suggested: String,
    /// The least that buyers may name.
    pub least: String,
    /// The most.
    pub most: String,
    /// Days that a card is valid.
    pub valid_days: String,
    /// Days after its end on which what is left is earned.
    pub breakage_days: String,
}

/// A card that was just made.
#[derive(Debug, Clone, Serialize)]
pub struct MadeGiftCard {
    /// Its code.
    pub code: String,
    /// What it is worth.
    pub amount: Money,
}

/// The form of a new card.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GiftCardForm {
    /// Amount.
    pub amount: String,
    /// `sold` or `given`.
    pub origin: String,
    /// Last day, if it has one.
    pub expires: String,
    /// For whom.
    pub note: String,
}

/// A gift card.
#[derive(Debug, Clone, Serialize)]
pub struct GiftCardRow {
    /// The last letters of its code.
    pub tail: String,
    /// `sold`, `shop`, `given` or `refund`.
    pub origin: String,
    /// What it was made with.
    pub issued: Money,
    /// What is left.
    pub balance: Money,
    /// What payments under way have of it.
    pub reserved: Option<Money>,
    /// For whom.
    pub note: String,
    /// Nothing is taken from it from then on.
    pub expires: Option<Moment>,
    /// `open`, `empty`, `over`, `rests` (the payment that bought it is contested) or `stopped`.
    pub state: String,
    /// When it was made.
    pub made_at: Moment,
    /// Where taking what is left as earned is posted to.
    pub earn_action: Option<String>,
    /// Where stopping it is posted to.
    pub stop_action: Option<String>,
}

impl View for GiftCardsView {
    const TEMPLATE: &'static str = "console/gift_cards.html";

    fn samples() -> Vec<Self> {
        let row = |state: &str, left: i64| GiftCardRow {
            tail: "7K2Q".to_owned(),
            origin: if left > 0 { "sold" } else { "given" }.to_owned(),
            issued: sample::nok(50_000),
            balance: sample::nok(left),
            reserved: (left > 40_000).then(|| sample::nok(9_000)),
            note: "For <Ada>, from the tombola".to_owned(),
            expires: (state == "over").then(|| sample::moment("2026-11-01T23:00:00Z")),
            state: state.to_owned(),
            made_at: sample::moment("2026-10-01T09:12:00Z"),
            earn_action: (state == "over").then(|| "/manage/gift-cards/gft_0/earnings".to_owned()),
            stop_action: (state == "open").then(|| "/manage/gift-cards/gft_0/stop".to_owned()),
        };
        let view = |made, cards, errors| Self {
            made,
            action: "/manage/gift-cards".to_owned(),
            request_key: "0194f3a2".to_owned(),
            form: GiftCardForm::default(),
            errors,
            currency: "NOK".to_owned(),
            cards,
            owed: vec![sample::nok(62_300)],
            next_url: Some("/manage/gift-cards?before=gft_0".to_owned()),
            terms: sample_terms(),
            terms_errors: FieldErrors::none(),
            terms_action: "/manage/gift-cards/terms".to_owned(),
            shop_url: Some("/gift-cards".to_owned()),
        };
        let mut refused = view(None, Vec::new(), FieldErrors::none());
        refused.shop_url = None;
        refused.terms_errors = FieldErrors::none()
            .with("suggested", Text::new(texts::GIFT_TERMS_NOTHING))
            .with("least", Text::new(texts::FIELD_PRICE_INVALID))
            .with("valid_days", Text::new(texts::GIFT_TERMS_DAYS).with("max", 3_650_u32))
            .with(
                "breakage_days",
                Text::new(texts::GIFT_TERMS_DAYS).with("max", 3_650_u32),
            );
        vec![
            view(
                Some(MadeGiftCard {
                    code: "4QH7PM-2KX9ZC-R8TW7K".to_owned(),
                    amount: sample::nok(50_000),
                }),
                vec![
                    row("open", 50_000),
                    row("open", 12_300),
                    row("empty", 0),
                    row("over", 100),
                    row("stopped", 5_000),
                    row("rests", 5_000),
                ],
                FieldErrors::none(),
            ),
            view(None, Vec::new(), FieldErrors::none()),
            refused,
            view(
                None,
                Vec::new(),
                FieldErrors::none()
                    .with("amount", Text::new(texts::FIELD_PRICE_INVALID))
                    .with("expires", Text::new(texts::FIELD_DATE_INVALID)),
            ),
        ]
    }
}

fn sample_terms() -> GiftTermsForm {
    GiftTermsForm {
        is_sold: true,
        currency: "NOK".to_owned(),
        suggested: "250 500 1000".to_owned(),
        least: "100".to_owned(),
        most: "5000".to_owned(),
        valid_days: "1095".to_owned(),
        breakage_days: String::new(),
    }
}
