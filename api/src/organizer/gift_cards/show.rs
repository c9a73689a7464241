//! `GET /manage/gift-cards`.

use std::collections::BTreeMap;

use axum::response::Response;
use bilten_billing::gift_cards::{self, GiftCard, Issued, LIST_LIMIT};
use bilten_branding::views::{
    FieldErrors, Section,
    console::{GiftCardForm, GiftCardRow, GiftCardsView, MadeGiftCard},
};
use bilten_kernel::{Money, ZoneName};
use bilten_tenancy::{
    TenantTx,
    permissions::{self, Permission, Scope},
};
use serde::Deserialize;

use crate::{
    http::{extract::Params, problem::Problem},
    organizer::{console::Console, figures, urls},
};

/// Which page of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    before: String,
}

/// What the form shows.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub form: GiftCardForm,
    pub errors: FieldErrors,
    pub made: Option<MadeGiftCard>,
}

pub(super) async fn show(console: Console, Params(asked): Params<Asked>) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permissions::require(&mut tx, &console, Permission::OrderCancel, Scope::Tenant).await?;
    let view = view(&console, &mut tx, &asked, Typed::default()).await?;
    tx.commit().await?;
    console.html(Section::Gifts, &view)
}

/// Shows the code of a card that was just made of what went back of an order; it is shown this once.
pub(in crate::organizer) async fn show_made(console: Console, issued: &Issued) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let mut view = view(&console, &mut tx, &Asked::default(), Typed::default()).await?;
    tx.commit().await?;
    view.made = Some(MadeGiftCard {
        code: issued.code.to_string(),
        amount: issued.amount,
    });
    console.html(Section::Gifts, &view)
}

/// Fills the page.
pub(super) async fn view(
    console: &Console,
    tx: &mut TenantTx,
    asked: &Asked,
    typed: Typed,
) -> Result<GiftCardsView, Problem> {
    let settings = console.state.settings.get(console).await?;
    let before = asked.before.parse().ok();
    let cards = gift_cards::list(tx, before).await?;
    let is_full = i64::try_from(cards.len()) == Ok(LIST_LIMIT);
    let last = cards.last().filter(|_| is_full);
    let mut owed: BTreeMap<&str, Money> = BTreeMap::new();
    for card in &cards {
        let currency = card.balance.currency;
        let sum = owed.entry(currency.code()).or_insert(Money::zero(currency));
        sum.minor += card.balance.minor;
    }
    Ok(GiftCardsView {
        made: typed.made,
        action: urls::GIFT_CARDS.to_owned(),
        request_key: console.random_uuid().simple().to_string(),
        form: typed.form,
        errors: typed.errors,
        currency: settings.currency.code().to_owned(),
        next_url: last.map(|card| urls::with_query(urls::GIFT_CARDS, &[("before", &card.id.to_string())])),
        cards: cards
            .iter()
            .map(|card| row(console, card, &settings.time_zone))
            .collect(),
        owed: owed.into_values().collect(),
    })
}

fn row(console: &Console, card: &GiftCard, zone: &ZoneName) -> GiftCardRow {
    let state = if card.stopped_at.is_some() {
        "stopped"
    } else if !card.is_open(console.now()) {
        "over"
    } else if card.balance.is_zero() {
        "empty"
    } else {
        "open"
    };
    GiftCardRow {
        tail: card.tail.clone(),
        origin: card.origin.name().to_owned(),
        issued: card.issued,
        balance: card.balance,
        reserved: Some(card.reserved).filter(|reserved| !reserved.is_zero()),
        note: card.note.clone(),
        expires: card.expires_at.map(|at| figures::moment(at, zone)),
        state: state.to_owned(),
        made_at: figures::moment(card.created_at, zone),
        stop_action: (state == "open").then(|| urls::gift_card_stop(card.id)),
    }
}
