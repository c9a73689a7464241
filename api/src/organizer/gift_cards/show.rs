//! `GET /manage/gift-cards`.

use std::collections::BTreeMap;

use axum::response::Response;
use bilten_billing::gift_cards::{self, GiftCard, Issued, LIST_LIMIT, ShopTerms};
use bilten_branding::views::{
    FieldErrors, Section,
    console::{GiftCardForm, GiftCardRow, GiftCardsView, GiftTermsForm, MadeGiftCard},
};
use bilten_kernel::{Money, ZoneName};
use bilten_tenancy::{
    TenantTx,
    permissions::{self, Permission, Scope},
};
use serde::Deserialize;

use super::terms;
use crate::{
    http::{extract::Params, problem::Problem},
    organizer::{console::Console, figures, urls},
    storefront::urls as shop_urls,
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
    /// The form of the shop's terms, where it was sent and refused.
    pub terms: Option<(GiftTermsForm, FieldErrors)>,
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
    let stored = gift_cards::find_terms(tx).await?;
    let is_sold = stored.as_ref().is_some_and(|terms| terms.is_sold);
    let stored = stored.unwrap_or_else(|| ShopTerms::closed(settings.currency));
    let (terms, terms_errors) = typed
        .terms
        .unwrap_or_else(|| (terms::form_of(&stored), FieldErrors::none()));
    Ok(GiftCardsView {
        terms,
        terms_errors,
        terms_action: urls::GIFT_CARD_TERMS.to_owned(),
        shop_url: is_sold.then(|| shop_urls::GIFT_CARDS.to_owned()),
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
    } else if card.rests {
        "rests"
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
        earn_action: (matches!(state, "stopped" | "over") && card.balance.minor > card.reserved.minor)
            .then(|| urls::gift_card_earnings(card.id)),
        stop_action: (state == "open").then(|| urls::gift_card_stop(card.id)),
    }
}
