//! `POST /manage/gift-cards/terms`: whether, and how, the shop sells gift cards.

use axum::response::Response;
use bilten_billing::gift_cards::{self, MOST_DAYS, MOST_SUGGESTED, ShopTerms, TermsError};
use bilten_branding::{
    texts,
    views::{FieldErrors, Section, Text, console::GiftTermsForm},
};
use bilten_kernel::{Currency, Money};
use bilten_tenancy::permissions::{self, Permission, Scope};
use serde::Deserialize;

use super::show::{self, Asked, Typed};
use crate::{
    http::{extract::CsrfForm, problem::Problem, shell::redirect_saying},
    organizer::{console::Console, prices, urls},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    is_sold: String,
    suggested: String,
    least: String,
    most: String,
    valid_days: String,
    breakage_days: String,
}

pub(super) async fn save(console: Console, CsrfForm(input): CsrfForm<Input>) -> Result<Response, Problem> {
    let currency = console.state.settings.get(&console).await?.currency;
    let mut tx = console.begin().await?;
    permissions::require(&mut tx, &console, Permission::OrderCancel, Scope::Tenant).await?;
    let mut errors = FieldErrors::none();
    if let Some(terms) = input.meant(currency, &mut errors) {
        match gift_cards::set_terms(&console, &mut tx, &terms).await {
            Ok(()) => {
                tx.commit().await?;
                return Ok(redirect_saying(urls::GIFT_CARDS, texts::FLASH_GIFT_TERMS_SAVED));
            }
            Err(TermsError::Db(error)) => return Err(error.into()),
            Err(TermsError::Amount) => errors.push("suggested", Text::new(texts::GIFT_TERMS_AMOUNT)),
            Err(TermsError::Nothing) => errors.push("suggested", Text::new(texts::GIFT_TERMS_NOTHING)),
            Err(TermsError::TooMany) => errors.push("suggested", too_many()),
            Err(TermsError::Days) => errors.push("valid_days", days()),
        }
    }
    tx.rollback().await?;
    let mut tx = console.begin().await?;
    let typed = Typed {
        terms: Some((input.form(currency), errors)),
        ..Typed::default()
    };
    let view = show::view(&console, &mut tx, &Asked::default(), typed).await?;
    tx.commit().await?;
    console.html_refused(Section::Gifts, &view)
}

/// The form of terms that were set.
pub(super) fn form_of(terms: &ShopTerms) -> GiftTermsForm {
    let write = |minor| prices::write(Money::new(minor, terms.currency));
    let amounts: Vec<String> = terms.suggested.iter().copied().map(write).collect();
    let days = |days: Option<i32>| days.map(|days| days.to_string()).unwrap_or_default();
    GiftTermsForm {
        is_sold: terms.is_sold,
        currency: terms.currency.code().to_owned(),
        suggested: amounts.join(" "),
        least: terms.bounds.map(|(least, _)| write(least)).unwrap_or_default(),
        most: terms.bounds.map(|(_, most)| write(most)).unwrap_or_default(),
        valid_days: days(terms.valid_days),
        breakage_days: days(terms.breakage_days),
    }
}

fn too_many() -> Text {
    Text::new(texts::GIFT_TERMS_TOO_MANY).with("max", u32::try_from(MOST_SUGGESTED).unwrap_or(u32::MAX))
}

fn days() -> Text {
    Text::new(texts::GIFT_TERMS_DAYS).with("max", u32::try_from(MOST_DAYS).unwrap_or(u32::MAX))
}

impl Input {
    fn form(self, currency: Currency) -> GiftTermsForm {
        GiftTermsForm {
            is_sold: !self.is_sold.is_empty(),
            currency: currency.code().to_owned(),
            suggested: self.suggested,
            least: self.least,
            most: self.most,
            valid_days: self.valid_days,
            breakage_days: self.breakage_days,
        }
    }

    fn meant(&self, currency: Currency, errors: &mut FieldErrors) -> Option<ShopTerms> {
        let amount = |text: &str| prices::read(text, currency);
        let suggested: Option<Vec<i64>> = self.suggested.split_whitespace().map(amount).collect();
        if suggested.is_none() {
            errors.push("suggested", Text::new(texts::FIELD_PRICE_INVALID));
        }
        let bounds = match (self.least.trim(), self.most.trim()) {
            ("", "") => None,
            (least, most) => {
                let bounds = amount(least).zip(amount(most)).filter(|(least, most)| least <= most);
                if bounds.is_none() {
                    errors.push("least", Text::new(texts::FIELD_PRICE_INVALID));
                }
                bounds
            }
        };
        let mut read = |field: &'static str, text: &str| match text.trim() {
            "" => None,
            text => {
                let found = text.parse::<i32>().ok().filter(|days| (1..=MOST_DAYS).contains(days));
                if found.is_none() {
                    errors.push(field, days());
                }
                found
            }
        };
        let (valid_days, breakage_days) = (
            read("valid_days", &self.valid_days),
            read("breakage_days", &self.breakage_days),
        );
        errors.is_empty().then_some(())?;
        let mut suggested = suggested?;
        suggested.sort_unstable();
        suggested.dedup();
        Some(ShopTerms {
            is_sold: !self.is_sold.is_empty(),
            currency,
            suggested,
            bounds,
            valid_days,
            breakage_days,
        })
    }
}
