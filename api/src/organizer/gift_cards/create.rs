//! `POST /manage/gift-cards`: makes a card and shows its code, once.

use axum::response::Response;
use bilten_billing::gift_cards::{self, IssueError, NewGiftCard, Origin};
use bilten_branding::{
    texts,
    views::{
        Section, Text,
        console::{GiftCardForm, MadeGiftCard},
    },
};
use bilten_kernel::{Currency, Money, Timestamp, ZoneName};
use bilten_tenancy::{
    TenantTx,
    idempotency::{self, Claim, Key},
    permissions::{self, Permission, Scope},
};
use jiff::SignedDuration;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::show::{self, Asked, Typed};
use crate::{
    http::{
        extract::{CsrfForm, is_request_key},
        problem::{Code, Problem},
        shell::redirect_saying,
    },
    organizer::{console::Console, prices, urls},
};

/// Time for which a request keeps others with its key away.
const LEASE: SignedDuration = SignedDuration::from_secs(30);

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    amount: String,
    origin: String,
    expires: String,
    note: String,
    request_key: String,
}

pub(super) async fn create(console: Console, CsrfForm(input): CsrfForm<Input>) -> Result<Response, Problem> {
    let settings = console.state.settings.get(&console).await?;
    let (currency, zone) = (settings.currency, settings.time_zone.clone());
    let mut tx = console.begin().await?;
    permissions::require(&mut tx, &console, Permission::OrderCancel, Scope::Tenant).await?;
    let mut typed = Typed {
        form: GiftCardForm {
            amount: input.amount.clone(),
            origin: input.origin.clone(),
            expires: input.expires.clone(),
            note: input.note.clone(),
        },
        ..Typed::default()
    };
    if let Some(new) = input.meant(&mut typed, (currency, &zone)) {
        match make(&console, &mut tx, (&input, &new), &mut typed).await? {
            Made::Now => {
                let view = show::view(&console, &mut tx, &Asked::default(), typed).await?;
                tx.commit().await?;
                return console.html(Section::Gifts, &view);
            }
            Made::Before => return Ok(redirect_saying(urls::GIFT_CARDS, texts::FLASH_GIFT_MADE_BEFORE)),
            Made::Not => {}
        }
    }
    tx.rollback().await?;
    let mut tx = console.begin().await?;
    let view = show::view(&console, &mut tx, &Asked::default(), typed).await?;
    tx.commit().await?;
    console.html_refused(Section::Gifts, &view)
}

/// What became of the form.
enum Made {
    /// The card is there, and its code is shown.
    Now,
    /// It was there: its code was shown before.
    Before,
    /// Something is wrong.
    Not,
}

async fn make(
    console: &Console,
    tx: &mut TenantTx,
    (input, new): (&Input, &NewGiftCard),
    typed: &mut Typed,
) -> Result<Made, Problem> {
    let scope = format!("gift-cards:{}", console.session.account);
    let hash = input.hash();
    let key = is_request_key(&input.request_key).then_some(Key {
        scope: &scope,
        key: &input.request_key,
        request_hash: &hash,
    });
    if let Some(key) = key {
        match idempotency::claim(tx, console, key, console.now() + LEASE).await? {
            Claim::New | Claim::Resume(_) => {}
            Claim::Replay(_) => return Ok(Made::Before),
            Claim::InFlight => return Err(Problem::new(Code::IdempotencyKeyInFlight)),
            Claim::OtherRequest => return Err(Problem::new(Code::IdempotencyKeyReused)),
        }
    }
    match gift_cards::issue(&console.state.gift_cards, console, tx, new).await {
        Ok(issued) => {
            if let Some(key) = key {
                idempotency::complete(tx, key, issued.id.uuid()).await?;
            }
            typed.form = GiftCardForm::default();
            typed.made = Some(MadeGiftCard {
                code: issued.code.to_string(),
                amount: new.amount,
            });
            Ok(Made::Now)
        }
        Err(error) => {
            let (field, text) = match error {
                IssueError::Amount => ("amount", Text::new(texts::FIELD_PRICE_INVALID)),
                IssueError::Note => ("note", Text::new(texts::FIELD_TOO_LONG).with("max", 200_u32)),
                IssueError::Expiry => ("expires", Text::new(texts::FIELD_DATE_INVALID)),
                IssueError::Origin => return Err(Problem::internal(error)),
                IssueError::Sum(error) => return Err(Problem::internal(error)),
                IssueError::Db(error) => return Err(error.into()),
            };
            typed.errors.push(field, text);
            Ok(Made::Not)
        }
    }
}

impl Input {
    fn hash(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        for field in [&self.amount, &self.origin, &self.expires, &self.note] {
            hasher.update(field.trim());
            hasher.update([0]);
        }
        hasher.finalize().into()
    }

    fn meant(&self, typed: &mut Typed, (currency, zone): (Currency, &ZoneName)) -> Option<NewGiftCard> {
        let amount = prices::read(&self.amount, currency).filter(|minor| *minor > 0);
        if amount.is_none() {
            typed.errors.push("amount", Text::new(texts::FIELD_PRICE_INVALID));
        }
        let expires_at = match self.expires.trim() {
            "" => None,
            day => {
                let end = end_of(day, zone);
                if end.is_none() {
                    typed.errors.push("expires", Text::new(texts::FIELD_DATE_INVALID));
                }
                end
            }
        };
        typed.errors.is_empty().then_some(())?;
        Some(NewGiftCard {
            origin: if self.origin == "given" {
                Origin::Given
            } else {
                Origin::Sold
            },
            amount: Money::new(amount?, currency),
            note: self.note.trim().to_owned(),
            expires_at,
        })
    }
}

/// The end of a day in a zone.
fn end_of(day: &str, zone: &ZoneName) -> Option<Timestamp> {
    let day: jiff::civil::Date = day.parse().ok()?;
    let next = day.tomorrow().ok()?.in_tz(zone.as_str()).ok()?;
    Some(next.timestamp())
}
