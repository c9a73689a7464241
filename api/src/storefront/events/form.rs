//! The selection of tickets as it was typed.

use bilten_branding::{
    texts,
    views::{Moment, Text},
};
use bilten_core::{
    catalog::TicketType,
    inventory::{AddOnRefused, Extras, HoldError, LimitReached, NotOnSale, PromoRefused},
    promo::PromoCode,
    waiting_room::{CartLimit, MAX_CARTS},
};
use bilten_kernel::{Ctx, Currency, Money, TicketTypeId};
use http::StatusCode;
use sha2::{Digest, Sha256};

use crate::{http::extract::is_request_key, organizer::prices};

/// Fields of quantities begin with it.
const PREFIX: &str = "qty_";
/// Field that is sent when its box is ticked.
const KEEP_TOGETHER: &str = "keep_together";
/// Field that makes a form that is sent twice take effect once.
const REQUEST_KEY: &str = "request_key";
/// Field of the promo code.
const PROMO_CODE: &str = "promo_code";
/// Field of what is given beside the tickets.
const DONATION: &str = "donation";
/// Fields of prices begin with it.
const PRICE_PREFIX: &str = "price_";
/// Characters of a promo code or a price that are shown again.
const MAX_PROMO_SHOWN: usize = 60;

/// How a form says that it is the same one when it is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keyed {
    /// It has a key.
    Yes,
    /// Its page left a place for the key, which a script fills in; none did.
    NotYet,
    /// It is not from a page of ours; each sending is a wish.
    No,
}

/// Values of the form, and what is wrong with them.
#[derive(Debug)]
pub struct Typed {
    /// Key of the form: what it was sent with, or what it shall be sent with the next time.
    pub request_key: Option<String>,
    /// Whether the form came with a key, without one, or without a place for one.
    keyed: Keyed,
    /// Number by ticket type; `None` where something else than a number was typed.
    pub quantities: Vec<(TicketTypeId, Option<u32>)>,
    /// Rather no seats than seats that are not next to each other.
    pub keep_together: bool,
    /// Promo code as it was typed, or as it stood in the link.
    pub promo_code: String,
    /// Why the promo code was refused.
    pub promo_error: Option<Text>,
    /// Why the code was refused that should unlock tickets.
    pub unlock_error: Option<Text>,
    /// Prices as they were typed, by ticket type.
    pub prices: Vec<(TicketTypeId, String)>,
    /// What is given beside the tickets, as it was typed.
    pub donation: String,
    /// Why it was refused.
    pub donation_error: Option<Text>,
    /// Errors by ticket type.
    pub row_errors: Vec<(TicketTypeId, Text)>,
    /// Errors of the whole form.
    pub errors: Vec<Text>,
    /// Status of the answer that shows them.
    pub status: StatusCode,
}

impl Typed {
    /// The form before anybody typed anything, the same for everybody: it gets its key in the browser.
    pub const fn fresh() -> Self {
        Self {
            request_key: None,
            keyed: Keyed::No,
            quantities: Vec::new(),
            keep_together: false,
            promo_code: String::new(),
            promo_error: None,
            unlock_error: None,
            prices: Vec::new(),
            donation: String::new(),
            donation_error: None,
            row_errors: Vec::new(),
            errors: Vec::new(),
            status: StatusCode::OK,
        }
    }

    /// Reads the fields; unknown ones are passed over.
    pub fn read(ctx: &Ctx, fields: &[(String, String)]) -> Self {
        let mut typed = Self::fresh();
        for (name, value) in fields {
            if name == REQUEST_KEY {
                typed.request_key = is_request_key(value).then(|| value.clone());
                typed.keyed = match &typed.request_key {
                    Some(_) => Keyed::Yes,
                    None if value.is_empty() => Keyed::NotYet,
                    None => Keyed::No,
                };
            }
            typed.keep_together |= name == KEEP_TOGETHER;
            if name == PROMO_CODE {
                typed.type_promo(value);
            }
            if name == DONATION {
                typed.donation = shown(value);
            }
            if let Some(id) = name.strip_prefix(PRICE_PREFIX).and_then(|id| id.parse().ok()) {
                typed.prices.push((id, shown(value)));
            }
            let Some(id) = name.strip_prefix(PREFIX).and_then(|id| id.parse().ok()) else {
                continue;
            };
            typed.add(id, value.trim());
        }
        // From here on it is this visitor's own form, whatever becomes of it.
        typed
            .request_key
            .get_or_insert_with(|| ctx.random_uuid().simple().to_string());
        let has_wish = typed.quantities.iter().any(|(_, quantity)| *quantity != Some(0));
        if !has_wish {
            typed.refuse(texts::ERROR_NOTHING_CHOSEN);
        }
        typed
    }

    fn add(&mut self, id: TicketTypeId, value: &str) {
        let quantity = if value.is_empty() {
            Some(0)
        } else {
            value.parse::<u32>().ok()
        };
        if quantity.is_none() {
            self.row_errors.push((id, Text::new(texts::ERROR_QUANTITY_INVALID)));
            self.status = StatusCode::UNPROCESSABLE_ENTITY;
        }
        self.quantities.push((id, quantity));
    }

    /// Types a promo code into the form.
    pub fn type_promo(&mut self, code: &str) {
        self.promo_code = shown(code);
    }

    /// Reads the promo codes that were typed, with blanks, commas or a plus between them.
    ///
    /// # Errors
    /// One of them cannot be a code, which is answered like one that does not exist.
    pub fn promos(&self) -> Result<Vec<PromoCode>, PromoRefused> {
        let words = self
            .promo_code
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '+'));
        let codes = words.filter(|word| !word.is_empty()).map(str::parse);
        codes.collect::<Result<_, _>>().map_err(|_| PromoRefused::Unknown)
    }

    /// Reads what the buyer decides himself: prices of tickets that he chose, and what he gives beside them. What is no
    /// amount is noted as wrong.
    pub fn extras(&mut self, currency: Currency) -> Extras {
        let mut extras = Extras::default();
        for (id, text) in self.prices.clone() {
            if text.is_empty() || !self.items().iter().any(|(wanted, _)| *wanted == id) {
                continue;
            }
            if let Some(minor) = prices::read(&text, currency) {
                extras.named.push((id, minor));
            } else {
                self.row_errors.push((id, Text::new(texts::FIELD_PRICE_INVALID)));
                self.status = StatusCode::UNPROCESSABLE_ENTITY;
            }
        }
        if !self.donation.is_empty() {
            match prices::read(&self.donation, currency) {
                Some(0) => {}
                Some(minor) => extras.donation_minor = Some(minor),
                None => {
                    self.donation_error = Some(Text::new(texts::FIELD_PRICE_INVALID));
                    self.status = StatusCode::UNPROCESSABLE_ENTITY;
                }
            }
        }
        extras
    }

    /// Tells whether anything is wrong.
    pub fn is_refused(&self) -> bool {
        self.status != StatusCode::OK
    }

    /// Tells whether the form must be shown once more before it is served, this time with a key: sent twice as it
    /// is, it would take effect twice.
    pub fn needs_key(&self) -> bool {
        self.keyed == Keyed::NotYet
    }

    /// What is wanted, without noughts.
    pub fn items(&self) -> Vec<(TicketTypeId, u32)> {
        let wanted = self
            .quantities
            .iter()
            .filter_map(|(id, quantity)| Some((*id, (*quantity)?)));
        wanted.filter(|(_, quantity)| *quantity > 0).collect()
    }

    /// The key of the form together with what is wanted: the same form sent twice is one wish,
    /// a changed selection after going back is another. A form without a key is a wish each time.
    pub fn hold_key(&self) -> Option<String> {
        let mut items = self.items();
        items.sort_unstable();
        let mut hasher = Sha256::new();
        for (id, quantity) in items {
            hasher.update(id.uuid().as_bytes());
            hasher.update(quantity.to_be_bytes());
        }
        if self.keep_together {
            hasher.update(KEEP_TOGETHER);
        }
        for code in self.promos().unwrap_or_default() {
            hasher.update(code.as_str());
        }
        for (id, price) in self.prices.iter().filter(|(_, price)| !price.is_empty()) {
            hasher.update(id.uuid().as_bytes());
            hasher.update(price);
        }
        hasher.update(&self.donation);
        let digest = data_encoding::HEXLOWER.encode(&hasher.finalize()[..8]);
        let key = self.request_key.as_ref().filter(|_| self.keyed == Keyed::Yes)?;
        Some(format!("form:{key}:{digest}"))
    }

    /// Explains why the stock was not given; times are shown in the zone of the event.
    pub fn explain(&mut self, error: &HoldError, (types, zone): (&[TicketType], &str)) {
        self.status = StatusCode::CONFLICT;
        match error {
            HoldError::SoldOut {
                ticket_type,
                left,
                is_held_by_others,
            } => {
                let can_take = types
                    .iter()
                    .any(|t| t.id == *ticket_type && t.terms.min_per_order <= *left);
                self.explain_sold_out(*ticket_type, (*left, *is_held_by_others), can_take);
            }
            HoldError::QuantityOutOfRange { ticket_type, min, max } => {
                self.status = StatusCode::UNPROCESSABLE_ENTITY;
                let text = if self.asked(*ticket_type).is_some_and(|quantity| quantity < *min) {
                    Text::new(texts::ERROR_MIN_PER_ORDER).with("min", *min)
                } else {
                    Text::new(texts::ERROR_MAX_PER_ORDER).with("max", *max)
                };
                self.row_errors.push((*ticket_type, text));
            }
            HoldError::NotOnSale { ticket_type, why } => {
                let text = Text::new(match why {
                    NotOnSale::Draft | NotOnSale::NotYet(_) => texts::ERROR_SALE_NOT_OPEN,
                    NotOnSale::Over => texts::ERROR_SALE_OVER,
                    NotOnSale::Cancelled => texts::ERROR_EVENT_CANCELLED,
                });
                match ticket_type.filter(|id| types.iter().any(|t| t.id == *id)) {
                    Some(id) => self.row_errors.push((id, text)),
                    None => self.errors.push(text),
                }
            }
            HoldError::NotTogether { wanted, largest, .. } => {
                let text = Text::new(texts::ERROR_NOT_TOGETHER)
                    .with("largest", *largest)
                    .with("wanted", *wanted);
                self.errors.push(text);
            }
            HoldError::AddOn(refused) => self.explain_add_on(*refused),
            HoldError::Limit(reached) => self.explain_limit(reached),
            HoldError::PriceNotAllowed { ticket_type, bounds } => self.explain_price(*ticket_type, *bounds),
            HoldError::DonationNotAllowed => {
                self.status = StatusCode::UNPROCESSABLE_ENTITY;
                self.donation_error = Some(Text::new(texts::ERROR_DONATION));
            }
            HoldError::Promo(refused) => self.explain_promo(*refused, zone),
            HoldError::Pass(CartLimit::HasOne { .. }) => self.errors.push(Text::new(texts::FLASH_QUEUE_HAS_CART)),
            HoldError::Pass(CartLimit::UsedUp) => {
                let most = u32::try_from(MAX_CARTS).unwrap_or(u32::MAX);
                self.errors
                    .push(Text::new(texts::ERROR_QUEUE_SPENT).with("carts", most));
            }
            HoldError::Malformed => {
                self.status = StatusCode::UNPROCESSABLE_ENTITY;
                self.errors.push(Text::new(texts::ERROR_QUANTITY_INVALID));
            }
            HoldError::UnknownEvent | HoldError::UnknownTicketType(_) | HoldError::OtherRequest => {
                self.errors.push(Text::new(texts::ERROR_FORM_EXPIRED));
            }
            HoldError::Busy | HoldError::Unavailable => {
                self.status = StatusCode::SERVICE_UNAVAILABLE;
                self.errors.push(Text::new(texts::ERROR_PAGE_BUSY_ADVICE));
            }
        }
    }

    fn explain_add_on(&mut self, refused: AddOnRefused) {
        self.status = StatusCode::UNPROCESSABLE_ENTITY;
        let text = match refused.most {
            0 => Text::new(texts::ERROR_ADD_ON_ALONE),
            most => Text::new(texts::ERROR_ADD_ON_MANY).with("most", most),
        };
        // Its row may be out of sight.
        self.errors.push(Text::new(texts::ERROR_ADD_ONS));
        self.row_errors.push((refused.ticket_type, text));
    }

    fn explain_limit(&mut self, reached: &LimitReached) {
        let text = Text::new(texts::ERROR_MAX_PER_PERSON)
            .with("max", reached.max)
            .with("has", reached.has);
        match reached.ticket_type {
            Some(id) => self.row_errors.push((id, text)),
            None => self.errors.push(text),
        }
    }

    fn explain_price(&mut self, ticket_type: TicketTypeId, bounds: Option<(Money, Money)>) {
        self.status = StatusCode::UNPROCESSABLE_ENTITY;
        let text = match bounds {
            Some((least, most)) => Text::new(texts::ERROR_PRICE_BETWEEN)
                .with("least", least)
                .with("most", most),
            None => Text::new(texts::ERROR_PRICE_SET),
        };
        self.row_errors.push((ticket_type, text));
    }

    fn explain_sold_out(&mut self, ticket_type: TicketTypeId, left: (u32, bool), can_take: bool) {
        self.errors.push(Text::new(texts::ERROR_STOCK_GONE));
        let text = match left {
            (0, true) => Text::new(texts::ERROR_ALL_IN_CARTS),
            (0, false) => Text::new(texts::ERROR_SOLD_OUT),
            // The form comes back with what is left chosen.
            (left, _) if can_take => Text::new(texts::ERROR_LEFT_OF_ASKED)
                .with("left", left)
                .with("asked", self.asked(ticket_type).unwrap_or(0)),
            (left, _) => Text::new(texts::ERROR_ONLY_LEFT).with("left", left),
        };
        self.row_errors.push((ticket_type, text));
    }

    fn explain_promo(&mut self, refused: PromoRefused, zone: &str) {
        if refused == PromoRefused::Unknown {
            self.status = StatusCode::UNPROCESSABLE_ENTITY;
        }
        self.promo_error = Some(match refused {
            PromoRefused::Unknown => Text::new(texts::ERROR_PROMO_UNKNOWN),
            PromoRefused::NotYet(at) => Text::new(texts::ERROR_PROMO_NOT_YET).with("at", Moment::new(at, zone)),
            PromoRefused::Over => Text::new(texts::ERROR_PROMO_OVER),
            PromoRefused::NotForTickets => Text::new(texts::ERROR_PROMO_NOT_FOR_TICKETS),
            PromoRefused::MinSpend(least) => Text::new(texts::ERROR_PROMO_MIN_SPEND).with("least", least),
            PromoRefused::TooMany => Text::new(texts::ERROR_PROMO_TOO_MANY),
            PromoRefused::UsedUp {
                is_held_by_others: true,
            } => Text::new(texts::ERROR_PROMO_ALL_IN_CARTS),
            PromoRefused::UsedUp {
                is_held_by_others: false,
            } => Text::new(texts::ERROR_PROMO_USED_UP),
        });
    }

    fn asked(&self, ticket_type: TicketTypeId) -> Option<u32> {
        let typed = self.quantities.iter().find(|(id, _)| *id == ticket_type);
        typed.and_then(|(_, quantity)| *quantity)
    }

    fn refuse(&mut self, key: &str) {
        self.status = StatusCode::UNPROCESSABLE_ENTITY;
        self.errors.push(Text::new(key));
    }
}

/// What was typed, as far as it is shown again.
fn shown(text: &str) -> String {
    let shown = text.trim().chars().take(MAX_PROMO_SHOWN);
    shown.filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bilten_kernel::{Actor, RequestId, SeededEntropy, TenantId};
    use uuid::Uuid;

    use super::*;

    fn ctx() -> Ctx {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let tenant = TenantId::from_uuid(Uuid::from_u128(1));
        Ctx::new(
            tenant,
            Actor::Buyer,
            RequestId::parse("t").unwrap(),
            now,
            Arc::new(SeededEntropy::new(1)),
        )
    }

    fn read(fields: &[(&str, &str)]) -> Typed {
        let fields: Vec<_> = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Typed::read(&ctx(), &fields)
    }

    #[test]
    fn quantities_are_numbers_or_refused_with_what_was_typed_kept() {
        let id = TicketTypeId::from_uuid(Uuid::from_u128(7));
        let field = format!("qty_{id}");
        assert_eq!(read(&[(&field, " 2 ")]).items(), [(id, 2)]);
        for odd in ["-1", "1.5", "99999999999", "two"] {
            let typed = read(&[(&field, odd)]);
            assert!(typed.is_refused() && typed.row_errors.len() == 1, "{odd}");
        }
        for nothing in ["", "0"] {
            assert!(read(&[(&field, nothing), ("qty_junk", "3"), ("other", "4")]).is_refused());
        }
    }

    #[test]
    fn one_form_sent_twice_is_one_wish_and_a_changed_one_is_another() {
        let field = format!("qty_{}", TicketTypeId::from_uuid(Uuid::from_u128(7)));
        let key = |n: &str| read(&[("request_key", "0123456789abcdef"), (&field, n)]).hold_key();
        assert_eq!(key("2"), key("2"));
        assert_ne!(key("2"), key("3"));
        assert!(key("2").is_some());
        assert_eq!(
            read(&[(&field, "2")]).hold_key(),
            None,
            "without a key it cannot be sent again"
        );
        let odd = read(&[("request_key", "<script>"), (&field, "2")]);
        assert_eq!((odd.hold_key(), odd.needs_key()), (None, false));
        assert_ne!(odd.request_key.as_deref(), Some("<script>"));
    }

    #[test]
    fn another_promo_code_is_another_wish_and_none_is_as_before() {
        let field = format!("qty_{}", TicketTypeId::from_uuid(Uuid::from_u128(7)));
        let typed = |code: &str| read(&[("request_key", "0123456789abcdef"), (&field, "2"), ("promo_code", code)]);
        let key = |code: &str| typed(code).hold_key();
        assert_eq!(key("early"), key(" EARLY "));
        assert_ne!(key("early"), key("late"));
        assert_ne!(key("early"), key(""));
        assert_eq!(
            key(""),
            read(&[("request_key", "0123456789abcdef"), (&field, "2")]).hold_key()
        );
        assert_eq!(typed("<b>").promos(), Err(PromoRefused::Unknown));
        let codes = typed(" early, MEMBER+x1 ").promos().unwrap();
        assert_eq!(
            codes.iter().map(PromoCode::as_str).collect::<Vec<_>>(),
            ["EARLY", "MEMBER", "X1"]
        );
        assert_eq!(typed(&"x".repeat(1_000)).promo_code.len(), MAX_PROMO_SHOWN);
    }

    #[test]
    fn a_form_whose_key_was_not_filled_in_is_shown_again_with_one() {
        let field = format!("qty_{}", TicketTypeId::from_uuid(Uuid::from_u128(7)));
        let bare = read(&[("request_key", ""), (&field, "2")]);
        assert!(bare.needs_key() && !bare.is_refused());
        assert!(bare.request_key.is_some_and(|key| is_request_key(&key)));
        assert!(!read(&[("request_key", "0123456789abcdef"), (&field, "2")]).needs_key());
    }
}
