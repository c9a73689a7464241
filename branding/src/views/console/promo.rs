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
    /// Whether the part with more rules is open: something in it was typed.
    pub has_rules: bool,
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
    /// Amount that it takes off the order.
    pub off_order: Option<Money>,
    /// What it asks for, and does besides (`PROMO_RULE_*`).
    pub rules: Vec<Text>,
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
    /// How many codes there are, when it is a series.
    pub size: Option<u32>,
    /// Where the codes of a series are read as a file, if they may be.
    pub csv_url: Option<String>,
    /// Where withdrawing is posted to, if it may be.
    pub withdraw_action: Option<String>,
}

/// A new code as typed. Field names are those of the fields, and `type` for each type.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PromoForm {
    /// What buyers type.
    pub code: String,
    /// `percent`, `amount`, `price`, `order` or `none`.
    pub kind: String,
    /// How much, in the unit of the kind.
    pub value: String,
    /// How many carts and orders may have it.
    pub uses: String,
    /// How many codes of one use each are made, which begin with the code; one code when empty.
    pub count: String,
    /// Local time from which it holds.
    pub starts: String,
    /// Local time until which it holds.
    pub ends: String,
    /// Whether it unlocks tickets.
    pub unlocks: bool,
    /// Whether it frees buyers of fees.
    pub fee_free: bool,
    /// Least to be bought.
    pub min_spend: String,
    /// Orders of one person.
    pub per_person: String,
    /// Money that it takes off at most.
    pub budget: String,
    /// Group of codes, those of other groups of which it goes together with.
    pub group: String,
    /// Rank among codes that save the same.
    pub priority: String,
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
        off_order: None,
        rules: Vec::new(),
        types: Vec::new(),
        span: None,
        used,
        held: 3,
        left: 100 - 3 - used,
        uses: 100,
        size: None,
        csv_url: None,
        state: state.to_owned(),
        withdraw_action: (state == "open").then(|| "/manage/events/evt_0/promo-codes/prm_0/withdrawal".to_owned()),
    };
    let partners = PromoRow {
        percent: None,
        off: None,
        price: None,
        off_order: Some(sample::nok(5_000)),
        rules: vec![
            Text::new(texts::PROMO_RULE_UNLOCKS),
            Text::new(texts::PROMO_RULE_MIN_SPEND).with("least", sample::nok(50_000)),
        ],
        size: Some(500),
        csv_url: Some("/manage/events/evt_0/promo-codes/prm_0/codes.csv".to_owned()),
        types: vec!["Festival pass".to_owned(), "VIP".to_owned()],
        span: Some(Text::new(texts::PROMO_UNTIL).with("at", sample::moment("2026-12-01T09:00:00Z"))),
        ..row("PARTNERS-2027", "open", 61)
    };
    let errors = FieldErrors::none()
        .with("code", Text::new(texts::FIELD_PROMO_CODE_TAKEN))
        .with("value", Text::new(texts::FIELD_PROMO_PERCENT_INVALID))
        .with("budget", Text::new(texts::FIELD_PRICE_INVALID))
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
        has_rules: is_empty,
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
