//! Promo codes on an event's page in the console.

use bilten_kernel::Money;
use serde::Serialize;

use crate::{
    texts,
    views::{FieldErrors, Percent, Text, sample},
};

/// The codes of an event, and the form that adds one.
#[derive(Debug, Clone, Serialize)]
pub struct PromoPanel {
    /// The latest codes.
    pub rows: Vec<PromoRow>,
    /// How many there are in the list, when the event has more.
    pub shown: Option<u32>,
    /// Where a new code is posted to, if it may be.
    pub add_action: Option<String>,
    /// Whether the form is open: something in it was refused.
    pub is_open: bool,
    /// Values as typed.
    pub form: PromoForm,
    /// What is wrong with them.
    pub errors: FieldErrors,
    /// Ticket types that a code can be limited to. Field `type`.
    pub types: Vec<PromoTypeChoice>,
    /// Currency of amounts.
    pub currency: String,
    /// Zone of the event, in which times are typed.
    pub zone: String,
}

/// A code in the list.
#[derive(Debug, Clone, Serialize)]
pub struct PromoRow {
    /// The code.
    pub code: String,
    /// Share that it takes off, as a number with up to two decimals.
    pub percent: Option<Percent>,
    /// Amount that it takes off.
    pub off: Option<Money>,
    /// Price that it gives.
    pub price: Option<Money>,
    /// Names of the types that it holds for; none for all.
    pub types: Vec<String>,
    /// When it holds, unless always.
    pub span: Option<Text>,
    /// Orders made with it.
    pub used: u32,
    /// Carts that have it now.
    pub held: u32,
    /// Uses that are left.
    pub left: u32,
    /// Uses that there are.
    pub uses: u32,
    /// `open`, `ended` or `withdrawn`.
    pub state: String,
    /// Where withdrawing is posted to, if it may be.
    pub withdraw_action: Option<String>,
}

/// A new code as typed. Field names: `code`, `kind`, `value`, `uses`, `starts`, `ends`, and `type` for each type.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PromoForm {
    /// What buyers type.
    pub code: String,
    /// `percent` or `amount`.
    pub kind: String,
    /// How much, in the unit of the kind.
    pub value: String,
    /// How many carts and orders may have it.
    pub uses: String,
    /// Local time from which it holds.
    pub starts: String,
    /// Local time until which it holds.
    pub ends: String,
}

/// A ticket type that a code can be limited to.
#[derive(Debug, Clone, Serialize)]
pub struct PromoTypeChoice {
    /// Value of the field.
    pub id: String,
    /// Name.
    pub name: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// A panel with one code of each kind, or an empty one whose form was refused.
pub(super) fn sample_panel(is_empty: bool) -> PromoPanel {
    let row = |code: &str, state: &str, used| PromoRow {
        code: code.to_owned(),
        percent: Some(Percent::of_bp(1_250)),
        off: None,
        price: None,
        types: Vec::new(),
        span: None,
        used,
        held: 3,
        left: 100 - 3 - used,
        uses: 100,
        state: state.to_owned(),
        withdraw_action: (state == "open").then(|| "/manage/events/evt_0/promo-codes/prm_0/withdrawal".to_owned()),
    };
    let partners = PromoRow {
        percent: None,
        off: Some(sample::nok(5_000)),
        price: None,
        types: vec!["Festival pass".to_owned(), "VIP".to_owned()],
        span: Some(Text::new(texts::PROMO_UNTIL).with("at", sample::moment("2026-12-01T09:00:00Z"))),
        ..row("PARTNERS-2027", "open", 61)
    };
    let errors = FieldErrors::none()
        .with("code", Text::new(texts::FIELD_PROMO_CODE_TAKEN))
        .with("value", Text::new(texts::FIELD_PROMO_PERCENT_INVALID))
        .with("ends", Text::new(texts::FIELD_ENDS_BEFORE_START));
    PromoPanel {
        rows: if is_empty {
            Vec::new()
        } else {
            vec![
                row("EARLY", "open", 40),
                partners,
                row("SPRING", "ended", 97),
                row("PRESS", "withdrawn", 4),
            ]
        },
        shown: (!is_empty).then_some(4),
        add_action: Some("/manage/events/evt_0/promo-codes".to_owned()),
        is_open: is_empty,
        form: PromoForm {
            code: if is_empty { "EARLY\"><b>" } else { "" }.to_owned(),
            kind: "percent".to_owned(),
            ..PromoForm::default()
        },
        errors: if is_empty { errors } else { FieldErrors::none() },
        types: [("tty_0", "Festival pass"), ("tty_1", "VIP")]
            .into_iter()
            .map(|(id, name)| PromoTypeChoice {
                id: id.to_owned(),
                name: name.to_owned(),
                chosen: false,
            })
            .collect(),
        currency: "NOK".to_owned(),
        zone: "Europe/Oslo".to_owned(),
    }
}
