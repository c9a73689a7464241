//! What the mails say. Each has an HTML and a plain-text template with the same content.

use bilten_kernel::Money;
use serde::Serialize;

pub use super::account_mail::AccountMail;

use super::{
    Moment, Text, View,
    checkout::Summary,
    sample,
    storefront::{WaitlistEvent, sample_waitlist_event},
};
use crate::texts;

/// The tickets of a paid order; also sent again on request.
#[derive(Debug, Clone, Serialize)]
pub struct TicketsMail {
    /// Whether it was asked for again.
    pub is_resend: bool,
    /// Buyer's name.
    pub buyer: String,
    /// Code of the order.
    pub code: String,
    /// What was bought.
    pub summary: Summary,
    /// When the doors open.
    pub doors: Option<Moment>,
    /// Lines of the venue's address.
    pub address: Vec<String>,
    /// The tickets; their symbols are attached and shown by `cid:`.
    pub tickets: Vec<MailTicket>,
    /// Full address of the order's page (signed link).
    pub order_url: String,
    /// Full address of the calendar file.
    pub calendar_url: String,
    /// Where to ask.
    pub support_email: Option<String>,
    /// Colours of the brand: `Theme::mail_colours()`.
    pub colours: MailColours,
}

/// Colours of a mail, because mail readers know no custom properties.
#[derive(Debug, Clone, Serialize)]
pub struct MailColours {
    /// Button.
    pub accent: String,
    /// Text on the button.
    pub on_accent: String,
    /// Page.
    pub surface: String,
    /// Text.
    pub text: String,
    /// Text of second rank.
    pub muted: String,
    /// Hair lines.
    pub border: String,
}

/// A ticket in a mail.
#[derive(Debug, Clone, Serialize)]
pub struct MailTicket {
    /// Running number within the order, from 1.
    pub number: u32,
    /// Name of the ticket type.
    pub type_name: String,
    /// Whether it is an add-on, which admits nobody.
    pub is_add_on: bool,
    /// Who it is for, if named.
    pub holder: Option<String>,
    /// Its seat (`SEAT_LABEL`), when it has one.
    pub seat: Option<Text>,
    /// The signed code inside the symbol.
    pub code: String,
}

/// A gift card: to who bought it, or to who is to have it.
#[derive(Debug, Clone, Serialize)]
pub struct GiftCardMail {
    /// Who reads it.
    pub reader: String,
    /// Who bought it, where the reader did not.
    pub from: Option<String>,
    /// Where it goes to, where somebody else gets it.
    pub sent_to: Option<String>,
    /// When it goes there, while that is to come.
    pub send_at: Option<Moment>,
    /// What it is worth.
    pub amount: Money,
    /// Its code, for whoever is to have it.
    pub card_code: Option<String>,
    /// Nothing is taken from it from then on.
    pub expires: Option<Moment>,
    /// What the buyer wants to say.
    pub message: String,
    /// Code of the order; the buyer's only.
    pub code: Option<String>,
    /// Full address of the order's page for the buyer (signed link), of the shop for the other.
    pub url: String,
    /// Where to ask.
    pub support_email: Option<String>,
    /// Colours of the brand.
    pub colours: MailColours,
}

/// Somebody is on a waiting list now.
#[derive(Debug, Clone, Serialize)]
pub struct WaitlistJoinedMail {
    /// Who waits.
    pub name: String,
    /// The event; its address is a full one.
    pub event: WaitlistEvent,
    /// Places wanted.
    pub party: u32,
    /// Fewer will do too.
    pub takes_fewer: bool,
    /// Names of the types of which any will do.
    pub types: Vec<String>,
    /// Place in the list, from 1.
    pub position: u32,
    /// Full address of the entry's page, where one can leave (signed link).
    pub entry_url: String,
    /// Where to ask.
    pub support_email: Option<String>,
    /// Colours of the brand.
    pub colours: MailColours,
}

/// Places came back for somebody on a waiting list.
#[derive(Debug, Clone, Serialize)]
pub struct WaitlistOfferMail {
    /// Who waits.
    pub name: String,
    /// What is offered.
    pub summary: Summary,
    /// Places offered.
    pub places: u32,
    /// Places that were wanted.
    pub party: u32,
    /// Until when the offer stands.
    pub until: Moment,
    /// Full address at which it is bought (signed link).
    pub buy_url: String,
    /// Full address of the entry's page, where one can decline (signed link).
    pub entry_url: String,
    /// Where to ask.
    pub support_email: Option<String>,
    /// Colours of the brand.
    pub colours: MailColours,
}

/// An offer passed before it was taken.
#[derive(Debug, Clone, Serialize)]
pub struct WaitlistLapsedMail {
    /// Who waited.
    pub name: String,
    /// The event; its address is a full one.
    pub event: WaitlistEvent,
    /// Places that were offered.
    pub places: u32,
    /// Until when the offer stood.
    pub until: Moment,
    /// Full address of the form by which one joins the list again.
    pub join_url: String,
    /// Where to ask.
    pub support_email: Option<String>,
    /// Colours of the brand.
    pub colours: MailColours,
}

/// Tickets of an order were taken back.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnMail {
    /// Buyer's name.
    pub buyer: String,
    /// Code of the order.
    pub code: String,
    /// What happened: one of `MAIL_RETURN_*`.
    pub lead: Text,
    /// The event.
    pub title: String,
    /// When it begins.
    pub starts: Moment,
    /// Tickets that came back.
    pub tickets: u32,
    /// What they had cost.
    pub gross: Money,
    /// What is kept of it.
    pub kept: Money,
    /// What goes back.
    pub refund: Money,
    /// What had been given beside the tickets and goes back too.
    pub donation: Option<Money>,
    /// When it was decided.
    pub at: Moment,
    /// Tickets of the order that still admit.
    pub left: u32,
    /// Full address of the order's page (signed link).
    pub order_url: String,
    /// Where to ask.
    pub support_email: Option<String>,
    /// Colours of the brand.
    pub colours: MailColours,
}

impl View for ReturnMail {
    const TEMPLATE: &'static str = "mail/return.html";

    fn samples() -> Vec<Self> {
        let summary = sample::summary();
        let view = |lead, kept: i64, left| Self {
            buyer: "Sample <Guest>".to_owned(),
            code: "N7KQ2".to_owned(),
            lead: Text::new(lead),
            title: summary.title.clone(),
            starts: sample::moment("2027-02-12T17:00:00Z"),
            tickets: 2,
            gross: summary.total,
            kept: Money::new(kept, summary.total.currency),
            donation: summary.donation.filter(|_| left == 0),
            refund: Money::new(summary.total.minor - kept, summary.total.currency),
            at: sample::moment("2026-11-24T09:12:00Z"),
            left,
            order_url: "http://nordlys.localhost:8080/orders/0rder".to_owned(),
            support_email: Some("hello@example.org".to_owned()),
            colours: crate::Theme::default().mail_colours(),
        };
        vec![
            view(texts::MAIL_RETURN_BUYER, 5_000, 1),
            view(texts::MAIL_RETURN_WITHDRAWAL, 0, 0),
            view(texts::MAIL_RETURN_STAFF, summary.total.minor, 2),
            view(texts::MAIL_RETURN_EVENT, 0, 0),
        ]
    }
}

/// Something happened to a shop's money; for its people.
#[derive(Debug, Clone, Serialize)]
pub struct MoneyMail {
    /// What happened: one of `MAIL_MONEY_*`.
    pub lead: Text,
    /// Code of the order, where it is about one.
    pub code: Option<String>,
    /// How much.
    pub amount: Option<Money>,
    /// Until when somebody may answer, or until when money stays.
    pub until: Option<Moment>,
    /// It is until when somebody may answer.
    pub is_deadline: bool,
    /// Full address of a page of the console.
    pub url: String,
    /// Colours of the brand.
    pub colours: MailColours,
}

impl View for MoneyMail {
    const TEMPLATE: &'static str = "mail/money.html";

    fn samples() -> Vec<Self> {
        let total = sample::summary().total;
        let view = |lead, until: Option<&str>, is_deadline: bool| Self {
            lead: Text::new(lead),
            code: is_deadline.then(|| "N7KQ2".to_owned()),
            amount: is_deadline.then_some(total),
            until: until.map(sample::moment),
            is_deadline,
            url: "http://nordlys.localhost:8080/manage/payees".to_owned(),
            colours: crate::Theme::default().mail_colours(),
        };
        vec![
            view(texts::MAIL_MONEY_INQUIRY, Some("2027-02-12T17:00:00Z"), true),
            view(texts::MAIL_MONEY_CONTEST, Some("2027-02-12T17:00:00Z"), true),
            view(texts::MAIL_MONEY_WON, None, true),
            view(texts::MAIL_MONEY_LOST, None, true),
            view(texts::MAIL_MONEY_FRAUD, None, true),
            view(texts::MAIL_MONEY_BANK, Some("2027-02-12T17:00:00Z"), false),
        ]
    }
}

impl View for GiftCardMail {
    const TEMPLATE: &'static str = "mail/gift_card.html";

    fn samples() -> Vec<Self> {
        let own = Self {
            reader: "Ada <Lovelace>".to_owned(),
            from: None,
            sent_to: None,
            send_at: None,
            amount: sample::nok(50_000),
            card_code: Some("4QH7PM-2KX9ZC-R8TW7K".to_owned()),
            expires: Some(sample::moment("2029-12-24T23:00:00Z")),
            message: String::new(),
            code: Some("K7QXM2RT".to_owned()),
            url: "https://tickets.example/orders/c0ffee".to_owned(),
            support_email: Some("help@tickets.example".to_owned()),
            colours: crate::Theme::default().mail_colours(),
        };
        let present = Self {
            reader: String::new(),
            from: Some("Ada <Lovelace>".to_owned()),
            message: "Happy <birthday>!\nSee you there.".to_owned(),
            code: None,
            url: "https://tickets.example/".to_owned(),
            expires: None,
            ..own.clone()
        };
        let sent = Self {
            card_code: None,
            sent_to: Some("charles@example.org".to_owned()),
            send_at: Some(sample::moment("2026-12-24T08:00:00Z")),
            ..own.clone()
        };
        vec![own, present, sent]
    }
}

impl View for TicketsMail {
    const TEMPLATE: &'static str = "mail/tickets.html";

    fn samples() -> Vec<Self> {
        [false, true]
            .into_iter()
            .map(|is_resend| Self {
                is_resend,
                buyer: "Sample <Guest>".to_owned(),
                code: "N7KQ2".to_owned(),
                summary: sample::summary(),
                doors: Some(sample::moment("2027-02-12T16:00:00Z")),
                address: vec!["Sognsveien 231".to_owned(), "0863 Oslo".to_owned()],
                tickets: (1..=3)
                    .map(|number| MailTicket {
                        number,
                        type_name: if number < 3 { "Festival pass" } else { "VIP" }.to_owned(),
                        is_add_on: number == 3,
                        holder: (number == 1).then(|| "Sample Guest".to_owned()),
                        seat: (number < 3).then(|| sample::seat(number)),
                        code: format!("AEAQCAIBAEAQCAIBAEAQCAI{number}"),
                    })
                    .collect(),
                order_url: "http://nordlys.localhost:8080/orders/0rder".to_owned(),
                calendar_url: "http://nordlys.localhost:8080/events/nordlys-2027/calendar.ics".to_owned(),
                support_email: Some("hello@example.org".to_owned()),
                colours: crate::Theme::default().mail_colours(),
            })
            .collect()
    }
}

impl View for WaitlistJoinedMail {
    const TEMPLATE: &'static str = "mail/waiting_list_joined.html";

    fn samples() -> Vec<Self> {
        let view = |party, takes_fewer| Self {
            name: "Sample <Guest>".to_owned(),
            event: sample_waitlist_event(),
            party,
            takes_fewer,
            types: vec!["Festival pass".to_owned(), "VIP <all in>".to_owned()],
            position: 7,
            entry_url: "http://nordlys.localhost:8080/waiting-list/3ntry".to_owned(),
            support_email: Some("hello@example.org".to_owned()),
            colours: crate::Theme::default().mail_colours(),
        };
        vec![view(2, false), view(4, true), view(1, false)]
    }
}

impl View for WaitlistOfferMail {
    const TEMPLATE: &'static str = "mail/waiting_list_offer.html";

    fn samples() -> Vec<Self> {
        let view = |places, party| Self {
            name: "Sample <Guest>".to_owned(),
            summary: sample::summary(),
            places,
            party,
            until: sample::moment("2026-12-01T14:30:00Z"),
            buy_url: "http://nordlys.localhost:8080/checkout/c4rt".to_owned(),
            entry_url: "http://nordlys.localhost:8080/waiting-list/3ntry".to_owned(),
            support_email: Some("hello@example.org".to_owned()),
            colours: crate::Theme::default().mail_colours(),
        };
        vec![view(3, 3), view(2, 4), view(1, 1)]
    }
}

impl View for WaitlistLapsedMail {
    const TEMPLATE: &'static str = "mail/waiting_list_lapsed.html";

    fn samples() -> Vec<Self> {
        let view = |places| Self {
            name: "Sample <Guest>".to_owned(),
            event: sample_waitlist_event(),
            places,
            until: sample::moment("2026-12-01T14:30:00Z"),
            join_url: "http://nordlys.localhost:8080/events/nordlys-2027/waiting-list".to_owned(),
            support_email: Some("hello@example.org".to_owned()),
            colours: crate::Theme::default().mail_colours(),
        };
        vec![view(1), view(3)]
    }
}
