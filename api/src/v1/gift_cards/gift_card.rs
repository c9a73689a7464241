//! A gift card in the API.

use bilten_billing::gift_cards;
use bilten_kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// Gift card: a balance that pays orders wholly or in part.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct GiftCard {
    /// Identifies the card; its code is something else, and secret.
    #[schema(example = "gft_06h08v3qj1w517evdqmt88z9t4")]
    id: String,
    /// The last letters of its code.
    #[schema(example = "TW7K")]
    tail: String,
    /// `open`, `empty`, `over` (its last day has passed), `contested` (so is the payment that bought it) or `stopped`.
    state: &'static str,
    /// `sold` at the till, `shop` (bought there), `given` away, or `refund`.
    origin: &'static str,
    /// What it was made with, in minor units.
    issued_minor: i64,
    /// What is left, in minor units.
    balance_minor: i64,
    /// What of that payments under way have for themselves, in minor units.
    reserved_minor: i64,
    /// Currency (ISO 4217).
    currency: &'static str,
    /// For whom or what for.
    note: String,
    /// Nothing is taken from it from then on (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    /// When it was stopped (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped_at: Option<String>,
    /// When it was made (RFC 3339).
    created_at: String,
}

/// Gift card that was just made, with its code.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct MadeGiftCard {
    /// What is typed to spend it. It is told to this request alone, and to the same request with the same key.
    #[schema(example = "4QH7PM-2KX9ZC-R8TW7K")]
    pub code: String,
    /// The card.
    #[serde(flatten)]
    pub card: GiftCard,
}

impl GiftCard {
    /// Tells of a card as it stands at an instant.
    pub(super) fn new(card: &gift_cards::GiftCard, now: Timestamp) -> Self {
        let state = if card.stopped_at.is_some() {
            "stopped"
        } else if card.rests {
            "contested"
        } else if !card.is_open(now) {
            "over"
        } else if card.balance.is_zero() {
            "empty"
        } else {
            "open"
        };
        Self {
            id: card.id.to_string(),
            tail: card.tail.clone(),
            state,
            origin: card.origin.name(),
            issued_minor: card.issued.minor,
            balance_minor: card.balance.minor,
            reserved_minor: card.reserved.minor,
            currency: card.balance.currency.code(),
            note: card.note.clone(),
            expires_at: card.expires_at.map(|at| at.to_string()),
            stopped_at: card.stopped_at.map(|at| at.to_string()),
            created_at: card.created_at.to_string(),
        }
    }
}
