//! Takes tickets of an order back.

use axum::response::Response;
use bilten_billing::{
    refunds::{Claim, TakeBack, TakeBackError},
    risk::approvals::{self, AloneError},
};
use bilten_branding::{
    texts,
    views::{FieldErrors, Section, Text},
};
use bilten_core::orders::{self, Returnable};
use bilten_kernel::{Currency, OrderId, OrderKind, TicketId};
use bilten_tenancy::{
    Retry,
    permissions::{self, Permission, Scope},
};

use super::show;
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{console::Console, gift_cards, prices, urls},
};

/// Characters of a reason.
const MAX_REASON: usize = 500;

/// What becomes of add-ons whose tickets go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AddOns {
    /// They go back as well.
    Take,
    /// Their holder keeps them.
    Leave,
}

/// The form as it was sent.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub tickets: Vec<TicketId>,
    pub keep: String,
    pub reason: String,
    /// A gift card instead of money.
    pub as_credit: bool,
    /// What becomes of add-ons that would stand alone, once that was asked.
    add_ons: Option<AddOns>,
    /// Whether it must be asked.
    pub asks_add_ons: bool,
    pub errors: FieldErrors,
}

/// `POST /manage/orders/{id}/returns`.
pub(super) async fn create(
    PathId(id): PathId<OrderKind>,
    console: Console,
    CsrfForm(fields): CsrfForm<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let mut typed = Typed::read(&fields);
    let mut retry = Retry::new("order.return");
    loop {
        let mut tx = console.begin().await?;
        console.permit_order(&mut tx, Permission::OrderCancel, id).await?;
        if typed.as_credit {
            permissions::require(&mut tx, &console, Permission::OrderCancel, Scope::Tenant).await?;
        }
        let order = orders::lock(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
        let Some(keep_minor) = typed.check(order.total.currency) else {
            tx.commit().await?;
            return refused(console, id, typed).await;
        };
        let Some(tickets) = typed.with_add_ons(&orders::lock_returnable(&mut tx, &order).await?) else {
            tx.rollback().await?;
            return refused(console, id, typed).await;
        };
        let wish = TakeBack {
            order: id,
            tickets: &tickets,
            claim: Claim::Staff { keep_minor },
            reason: &typed.reason,
            credit: typed.as_credit.then_some(&console.state.gift_cards),
        };
        let said = match approvals::take_back_alone(&console, &mut tx, &wish).await {
            Ok(taken) => {
                tx.commit().await?;
                if let Some(made) = &taken.credit {
                    return gift_cards::show_made(console, made).await;
                }
                texts::FLASH_TICKETS_TAKEN_BACK
            }
            Err(AloneError::NeedsSecond { limit }) => {
                tx.rollback().await?;
                let text = Text::new(texts::FIELD_NEEDS_SECOND).with("limit", limit);
                typed.errors.push("keep", text);
                return refused(console, id, typed).await;
            }
            Err(AloneError::TakeBack(TakeBackError::WrongState | TakeBackError::UnknownTicket)) => {
                texts::FLASH_TOO_LATE
            }
            Err(AloneError::TakeBack(TakeBackError::Kept { most } | TakeBackError::NotEnough { left: most })) => {
                tx.rollback().await?;
                let text = Text::new(texts::FIELD_KEEP_TOO_MUCH).with("most", most);
                typed.errors.push("keep", text);
                return refused(console, id, typed).await;
            }
            Err(AloneError::TakeBack(TakeBackError::Db(error))) if retry.again(Some(&error)).await => continue,
            Err(AloneError::TakeBack(error)) => return Err(error.into()),
        };
        return Ok(redirect_saying(&urls::order(id), said));
    }
}

async fn refused(console: Console, id: OrderId, typed: Typed) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let view = show::load(&console, &mut tx, id, &typed).await?;
    tx.commit().await?;
    console.html_refused(Section::Orders, &view)
}

impl Typed {
    fn read(fields: &[(String, String)]) -> Self {
        let of = |name: &'static str| fields.iter().filter(move |(field, _)| field == name);
        let text = |name| {
            of(name)
                .next()
                .map(|(_, value)| value.trim().to_owned())
                .unwrap_or_default()
        };
        Self {
            tickets: of("ticket").filter_map(|(_, ticket)| ticket.parse().ok()).collect(),
            keep: text("keep"),
            reason: text("reason"),
            as_credit: of("credit").next().is_some(),
            add_ons: match text("add_ons").as_str() {
                "take" => Some(AddOns::Take),
                "leave" => Some(AddOns::Leave),
                _ => None,
            },
            asks_add_ons: false,
            errors: FieldErrors::none(),
        }
    }

    /// The tickets that go back: those that were chosen, with the add-ons that would stand alone where that is wanted. `None`
    /// when it must be asked first.
    fn with_add_ons(&mut self, valid: &[Returnable]) -> Option<Vec<TicketId>> {
        let orphans = orders::orphans(valid, &self.tickets);
        match self.add_ons {
            _ if orphans.is_empty() => Some(self.tickets.clone()),
            Some(AddOns::Leave) => Some(self.tickets.clone()),
            Some(AddOns::Take) => Some(self.tickets.iter().copied().chain(orphans).collect()),
            None => {
                self.asks_add_ons = true;
                let left = u32::try_from(orphans.len()).unwrap_or(u32::MAX);
                self.errors
                    .push("add_ons", Text::new(texts::FIELD_ORPHANS).with("count", left));
                None
            }
        }
    }

    /// Notes what is wrong; tells what is kept when nothing is.
    fn check(&mut self, currency: Currency) -> Option<i64> {
        if self.tickets.is_empty() {
            self.errors.push("ticket", Text::new(texts::FIELD_CHOOSE_TICKET));
        }
        let keep = if self.keep.is_empty() { "0" } else { &self.keep };
        let keep = prices::read(keep, currency);
        if keep.is_none() {
            self.errors.push("keep", Text::new(texts::FIELD_PRICE_INVALID));
        }
        if self.reason.chars().count() > MAX_REASON {
            self.errors
                .push("reason", Text::new(texts::FIELD_TOO_LONG).with("max", 500_u32));
        }
        keep.filter(|_| self.errors.is_empty())
    }
}
