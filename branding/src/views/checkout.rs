//! The two screens of the checkout, and what is shown when its time has run out.

mod pay;

use bilten_kernel::Money;
use jiff::Timestamp;
use serde::Serialize;

pub use super::buyer_tax::{CompanyPart, TaxFields};
use super::{FieldErrors, Moment, Percent, Text, View, sample};
use crate::texts;

/// What is being bought; in sight on every screen of the checkout.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// Title of the event.
    pub title: String,
    /// Its page.
    pub event_url: String,
    /// Its artwork.
    pub artwork_url: String,
    /// Begin; a gift card has none.
    pub starts: Option<Moment>,
    /// Whether it is a gift card and no event's tickets: then there are no title and no lines.
    pub is_gift: bool,
    /// Name of the venue.
    pub venue: String,
    /// Town.
    pub place: String,
    /// What is in the cart.
    pub lines: Vec<Line>,
    /// What promo code and price offers took off.
    pub promo: Option<PromoLine>,
    /// What is given beside the tickets.
    pub donation: Option<Money>,
    /// Price of everything, fees included.
    pub total: Money,
    /// What of the total a gift card pays, or shall pay.
    pub gift: Option<GiftPart>,
    /// Who sits where, in a cart with seats; on an order its tickets say so.
    pub seats: Option<SeatList>,
    /// Whether it is a cart with prices that move with demand, and so are kept.
    pub is_price_kept: bool,
    /// Taxes and fees in the total of an order, where the shop states them.
    pub charges: Option<ChargeLines>,
    /// Company that buys.
    pub company: Option<CompanyPart>,
}

/// Taxes and fees that are in a price.
#[derive(Debug, Clone, Serialize)]
pub struct ChargeLines {
    /// The price without taxes.
    pub net: Money,
    /// Taxes in it, one for each rate.
    pub taxes: Vec<TaxLine>,
    /// Service fee in it.
    pub service_fee: Option<Money>,
    /// Number under which the seller is registered for value added tax.
    pub vat_id: Option<String>,
    /// Whether the buyer owes the tax of something in it himself.
    pub is_reverse_charge: bool,
}

/// A tax that is in a price.
#[derive(Debug, Clone, Serialize)]
pub struct TaxLine {
    /// Rate.
    pub percent: Percent,
    /// Message that names its country, where it is that of the buyer.
    pub country: Option<String>,
    /// How much it is.
    pub amount: Money,
}

impl ChargeLines {
    /// Charges of a sample.
    pub(super) fn sample() -> Self {
        let tax = |bp: i64, minor| TaxLine {
            percent: Percent::of_bp(bp),
            country: (bp == 1_900).then(|| "country-DE".to_owned()),
            amount: sample::nok(minor),
        };
        Self {
            net: sample::nok(42_913),
            taxes: vec![tax(2_500, 10_728)],
            service_fee: Some(sample::nok(3_641)),
            vat_id: Some("NO 987654321MVA".to_owned()),
            is_reverse_charge: false,
        }
    }
}

/// The seats of a cart.
#[derive(Debug, Clone, Serialize)]
pub struct SeatList {
    /// The seats (`SEAT_LABEL`).
    pub seats: Vec<Text>,
    /// Whether they are next to each other.
    pub are_together: bool,
}

/// A line of a cart or an order.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// Name of the ticket type.
    pub name: String,
    /// How many.
    pub quantity: u32,
    /// Price of one, before anything was taken off.
    pub unit: Money,
    /// Price of all of them, before anything was taken off.
    pub total: Money,
    /// Price offers that took something off, by their names.
    pub offer: Option<String>,
    /// Whether it is an add-on; those come last.
    pub is_add_on: bool,
}

/// What was taken off a cart or an order.
#[derive(Debug, Clone, Serialize)]
pub struct PromoLine {
    /// The promo code; or the names of price offers, and the code if there is one.
    pub code: String,
    /// Whether price offers took something off.
    pub is_offer: bool,
    /// What it took off everything.
    pub off: Money,
}

/// How a total is divided over a gift card and another payment.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct GiftPart {
    /// What the card pays.
    pub amount: Money,
    /// The rest.
    pub rest: Money,
}

/// Where a gift card is used on the second screen.
#[derive(Debug, Clone, Serialize)]
pub struct GiftField {
    /// Where its form is posted to.
    pub action: String,
    /// The last letters of the card that is used.
    pub tail: Option<String>,
}

/// How long the tickets are kept, and what can be done about it.
#[derive(Debug, Clone, Serialize)]
pub struct HoldClock {
    /// When the tickets go back.
    pub expires_at: Timestamp,
    /// Seconds until then, at the time of rendering; the page counts from here, so a wrong clock does no harm.
    pub seconds_left: u32,
    /// The same as a date, when there is so much time that a countdown would say little.
    pub until: Option<Moment>,
    /// Where an extension is asked for; `None` once it was granted, and while there is more time than it would give.
    pub extend_action: Option<String>,
    /// Where the cart is given up.
    pub abandon_action: String,
}

/// `GET|POST /checkout/{cart_token}`: who is buying.
#[derive(Debug, Clone, Serialize)]
pub struct DetailsView {
    /// What is being bought.
    pub summary: Summary,
    /// How long it is kept.
    pub hold: HoldClock,
    /// Where the form is posted to.
    pub action: String,
    /// Values as they were typed.
    pub form: BuyerForm,
    /// What is wrong with them.
    pub errors: FieldErrors,
    /// A likely correction of the mail address (`…@gmial.com`).
    pub email_hint: Option<String>,
    /// What is asked for the tax, where it depends on who buys.
    pub tax: Option<TaxFields>,
    /// Privacy notice.
    pub privacy_url: String,
}

/// The buyer's details. Field names: `email`, `name`, and those of [`TaxFields`].
#[derive(Debug, Clone, Default, Serialize)]
pub struct BuyerForm {
    /// Mail address.
    pub email: String,
    /// Full name, in whatever shape names take.
    pub name: String,
    /// Country, two letters.
    pub country: String,
    /// Company that buys.
    pub company: String,
    /// Its number for value added tax.
    pub vat_id: String,
}

/// `GET|POST /checkout/{cart_token}/pay`: how it is paid.
#[derive(Debug, Clone, Serialize)]
pub struct PayView {
    /// What is being bought.
    pub summary: Summary,
    /// How long it is kept.
    pub hold: HoldClock,
    /// Where the form is posted to.
    pub action: String,
    /// Makes a repeated sending harmless; field `request_key`.
    pub request_key: String,
    /// Who is buying.
    pub buyer: BuyerForm,
    /// Back to the details.
    pub edit_url: String,
    /// Tells that nothing is to be paid beside a gift card.
    pub is_free: bool,
    /// What is to be paid; field `to_pay` in minor units, so that nobody pays another sum than he saw.
    pub to_pay: Money,
    /// Gift card; nothing where the order costs nothing.
    pub gift: Option<GiftField>,
    /// Ways to pay on another page. Field `method`.
    pub methods: Vec<PayMethod>,
    /// Stripe's form, when it is paid with that.
    pub stripe: Option<StripeForm>,
    /// The least that cards are charged, where the order costs less: then it cannot be paid as it is.
    pub least: Option<Money>,
    /// Why the last attempt failed: one of `DECLINE_*`.
    pub decline: Option<Text>,
    /// Work that the next try costs.
    pub work: Option<PayWork>,
    /// Terms agreed to by paying.
    pub terms_url: String,
    /// What the organizer promises about refunds.
    pub refund_policy: Option<String>,
    /// What it costs to give tickets back, line by line (`RETURN_TERM_*`).
    pub return_terms: Vec<Text>,
}

/// Stripe's form on our page; what it leaves is sent in the field `confirmation_token`.
#[derive(Debug, Clone, Serialize)]
pub struct StripeForm {
    /// Lets the scripts of this page run, and no others.
    pub nonce: String,
    /// Stripe's script.
    pub script_url: String,
    /// Key that tells Stripe whose platform it is.
    pub publishable_key: String,
    /// Account that is paid.
    pub account: String,
    /// What is paid, in Stripe's units.
    pub amount: i64,
    /// Currency, as Stripe writes it.
    pub currency: String,
    /// Where a bank's page leads back to.
    pub return_url: String,
    /// Who helps those without script.
    pub support_email: String,
}

/// On the way to a page of the buyer's bank.
#[derive(Debug, Clone, Serialize)]
pub struct ForwardView {
    /// Where it is.
    pub url: String,
}

/// Work that a browser does before the next try; its answer goes into the form with the fields of the same names and
/// `number`.
#[derive(Debug, Clone, Serialize)]
pub struct PayWork {
    /// Hash to find, in hexadecimal.
    pub challenge: String,
    /// Text before the number.
    pub salt: String,
    /// Proves that we set the work.
    pub signature: String,
    /// The number is not larger.
    pub max_number: u64,
    /// Minutes that who runs no script waits instead.
    pub wait_minutes: i64,
}

/// Shown with status 429 to a buyer whose payments are stopped for a while.
#[derive(Debug, Clone, Serialize)]
pub struct BlockedView {
    /// Title of the event.
    pub title: String,
    /// Back to its page.
    pub event_url: String,
    /// Where buyers get help.
    pub support_email: String,
}

/// A way to pay.
#[derive(Debug, Clone, Serialize)]
pub struct PayMethod {
    /// Value of the field `method`, such as `sandbox`.
    pub id: String,
    /// Its name: one of `METHOD_*`.
    pub label: Text,
    /// What happens when it is chosen.
    pub hint: Text,
    /// Name of an icon: `card`, `bank`, `wallet`.
    pub icon: String,
    /// Whether it is chosen.
    pub selected: bool,
}

/// Shown instead of a screen of the checkout when the cart has expired, was given up or is unknown.
#[derive(Debug, Clone, Serialize)]
pub struct ExpiredView {
    /// What happened: `EXPIRED_TIME`, `EXPIRED_ABANDONED`, `EXPIRED_EVENT_CANCELLED`, `EXPIRED_GIFT` or `EXPIRED_UNKNOWN`.
    pub reason: Text,
    /// Title of the event, if known.
    pub title: Option<String>,
    /// Back to its page, or to the shop's front.
    pub again_url: String,
}

impl View for DetailsView {
    const TEMPLATE: &'static str = "checkout/details.html";

    fn samples() -> Vec<Self> {
        let view = |form: BuyerForm, errors: FieldErrors, hint: Option<&str>| Self {
            summary: sample::summary(),
            hold: sample::hold(true),
            action: "/checkout/c0ffee".to_owned(),
            form,
            errors,
            email_hint: hint.map(ToOwned::to_owned),
            tax: None,
            privacy_url: "/legal/privacy".to_owned(),
        };
        let wrong = FieldErrors::none()
            .with("email", Text::new(texts::FIELD_EMAIL_INVALID))
            .with("name", Text::new(texts::FIELD_REQUIRED));
        let typed = BuyerForm {
            email: "ada@\"><b>gmial.com".to_owned(),
            ..BuyerForm::default()
        };
        let mut offered = view(sample::buyer(), FieldErrors::none(), None);
        offered.hold.until = Some(sample::moment("2026-12-01T14:30:00Z"));
        offered.hold.extend_action = None;
        let mut private = view(sample::buyer(), FieldErrors::none(), None);
        private.tax = Some(TaxFields::sample(true));
        let (company, unknown) = sample::company();
        let mut refused = view(company, unknown, None);
        refused.tax = Some(TaxFields::sample(false));
        vec![
            private,
            refused,
            view(BuyerForm::default(), FieldErrors::none(), None),
            offered,
            view(typed, wrong, None),
            view(sample::buyer(), FieldErrors::none(), Some("ada@gmail.com")),
        ]
    }
}

impl View for ForwardView {
    const TEMPLATE: &'static str = "checkout/forward.html";

    fn samples() -> Vec<Self> {
        vec![Self {
            url: "https://bank.example/challenge?a=1&b=\"><b>2".to_owned(),
        }]
    }
}

impl View for BlockedView {
    const TEMPLATE: &'static str = "checkout/blocked.html";

    fn samples() -> Vec<Self> {
        vec![Self {
            title: "Nordlys Festival 2027".to_owned(),
            event_url: "/events/nordlys-2027".to_owned(),
            support_email: "help@nordlys.example".to_owned(),
        }]
    }
}

impl View for ExpiredView {
    const TEMPLATE: &'static str = "checkout/expired.html";

    fn samples() -> Vec<Self> {
        [
            texts::EXPIRED_TIME,
            texts::EXPIRED_ABANDONED,
            texts::EXPIRED_EVENT_CANCELLED,
            texts::EXPIRED_GIFT,
            texts::EXPIRED_UNKNOWN,
        ]
        .into_iter()
        .map(|key| Self {
            reason: Text::new(key),
            title: (key != texts::EXPIRED_UNKNOWN).then(|| "Nordlys Festival 2027".to_owned()),
            again_url: "/events/nordlys-2027".to_owned(),
        })
        .collect()
    }
}
