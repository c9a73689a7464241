//! Collects the money: what it costs, who it is for, and whether they go in at once.

use axum::response::Response;
use bilten_billing::{
    cash,
    checkout::{self, PayError, PayOrder, PayStatus},
    provider::Method,
    risk::Payer,
};
use bilten_branding::{
    texts,
    views::{FieldErrors, Section, Text, checkout::Line, console::DoorCartView},
};
use bilten_core::{
    catalog::{self, EventDetail},
    check_in::{self, AdmitTicket, ScanInput},
    inventory::{self, Hold, HoldLine},
    orders::{self, Channel, QuoteOrder},
};
use bilten_kernel::{CartId, Email, HoldKind, Money, OrderId, PersonName};
use bilten_tenancy::permissions::Permission;
use serde::Deserialize;

use crate::{
    http::{
        extract::CsrfForm,
        ids::PathId,
        problem::Problem,
        shell::{redirect, redirect_saying},
        to_the_end,
    },
    organizer::{Nothing, console::Console, figures, urls},
};

/// The form as it was sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    name: String,
    email: String,
    let_in: String,
    total: String,
}

/// `GET /manage/door-sales/{id}`.
pub(super) async fn show(PathId(id): PathId<HoldKind>, console: Console) -> Result<Response, Problem> {
    let (hold, detail) = load(&console, id).await?;
    if !hold.is_live(console.now()) {
        return Ok(redirect_saying(&urls::door_sale(hold.event), texts::FLASH_TOO_LATE));
    }
    let input = Input {
        let_in: "1".to_owned(),
        ..Input::default()
    };
    let view = view(&console, (&hold, &detail), &input, FieldErrors::none())?;
    console.html(Section::CheckIn, &view)
}

/// `POST /manage/door-sales/{id}`: the money is in the clerk's hand.
pub(super) async fn create(
    PathId(id): PathId<HoldKind>,
    console: Console,
    CsrfForm(input): CsrfForm<Input>,
) -> Result<Response, Problem> {
    let (hold, detail) = load(&console, id).await?;
    let (buyer_email, buyer_name) = match input.buyer(&console) {
        Ok(buyer) => buyer,
        Err(errors) => {
            let view = view(&console, (&hold, &detail), &input, errors)?;
            return console.html_refused(Section::CheckIn, &view);
        }
    };
    let quote = QuoteOrder {
        cart: id,
        buyer_email,
        buyer_name,
        channel: Channel::Door,
        tax: None,
    };
    let seen = input.total.parse().map(|minor| Money::new(minor, hold.currency));
    let (app, ctx) = (console.state.checkout.clone(), console.tenant.ctx.clone());
    let paid = to_the_end(async move {
        let wish = PayOrder {
            cart: id,
            payer: Payer::default(),
            quote: Some(quote),
            accepted_total: seen.ok(),
            provider: cash::NAME,
            method: Method::Instant,
            return_to: None,
            token: None,
            // A cart is sold once; sent again it is the same order.
            key: None,
        };
        checkout::pay(&app, &ctx, wish).await
    });
    let back = urls::door_sale(hold.event);
    let order = match paid.await? {
        Ok(paying) if paying.status == PayStatus::Paid => paying.order,
        Ok(_) | Err(PayError::HoldExpired | PayError::EventCancelled) => {
            return Ok(redirect_saying(&back, texts::FLASH_TOO_LATE));
        }
        // It costs something else by now: the clerk sees the new sum first.
        Err(PayError::QuoteChanged { .. }) => return Ok(redirect(&urls::door_cart(id))),
        Err(error) => return Err(error.into()),
    };
    if input.let_in.is_empty() || !console.may(Permission::TicketScan) {
        return Ok(redirect_saying(&back, texts::FLASH_DOOR_SOLD));
    }
    let_in(&console, order).await?;
    Ok(redirect_saying(&back, texts::FLASH_DOOR_SOLD_LET_IN))
}

/// `POST /manage/door-sales/{id}/abandonment`: gives the places back.
pub(super) async fn abandon(
    PathId(id): PathId<HoldKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let (hold, _) = load(&console, id).await?;
    let mut tx = console.begin().await?;
    inventory::abandon(&mut tx, &console, id).await?;
    tx.commit().await?;
    Ok(redirect(&urls::door_sale(hold.event)))
}

async fn load(console: &Console, id: CartId) -> Result<(Hold, EventDetail), Problem> {
    let mut tx = console.begin().await?;
    let hold = inventory::find(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
    console.permit_event(&mut tx, Permission::CashTake, hold.event).await?;
    let detail = catalog::find_event(console, &mut tx, hold.event).await?;
    tx.commit().await?;
    Ok((hold, detail.ok_or_else(Problem::not_found)?))
}

/// Admits every ticket of the order that admits; who is in already, because the form was sent twice, stays in.
async fn let_in(console: &Console, order: OrderId) -> Result<(), Problem> {
    let mut tx = console.begin().await?;
    let found = orders::find(&mut tx, order).await?.ok_or_else(Problem::not_found)?;
    let event = found.event.ok_or_else(Problem::not_found)?;
    let permit = console.permit_event(&mut tx, Permission::TicketScan, event).await;
    if permit.is_ok() {
        // Tickets are numbered through the lines. What is bought beside is redeemed when its holder wants it.
        let admits = found
            .lines
            .iter()
            .flat_map(|line| (0..line.quantity).map(|_| !line.is_add_on));
        let numbers = (1_u32..).zip(admits).filter(|(_, admits)| *admits);
        for (number, _) in numbers {
            let code = format!("{}-{number}", found.code);
            let wish = AdmitTicket {
                input: ScanInput::Manual(&code),
                event: Some(event),
                gate: "",
                key: None,
            };
            check_in::admit(console, &mut tx, wish).await?.ok();
        }
    }
    tx.commit().await?;
    Ok(())
}

impl Input {
    /// Whoever is not named is the clerk's guest.
    fn buyer(&self, console: &Console) -> Result<(Email, PersonName), FieldErrors> {
        let or = |typed: &str, own: &str| {
            let typed = typed.trim();
            if typed.is_empty() {
                own.to_owned()
            } else {
                typed.to_owned()
            }
        };
        let mut errors = FieldErrors::none();
        let email = or(&self.email, &console.session.email).parse();
        if email.is_err() {
            errors.push("email", Text::new(texts::FIELD_EMAIL_INVALID));
        }
        let name = or(&self.name, &console.session.name).parse();
        if name.is_err() {
            errors.push("name", Text::new(texts::FIELD_TOO_LONG).with("max", 120_u32));
        }
        match (email, name) {
            (Ok(email), Ok(name)) => Ok((email, name)),
            _ => Err(errors),
        }
    }
}

fn view(
    console: &Console,
    (hold, detail): (&Hold, &EventDetail),
    input: &Input,
    errors: FieldErrors,
) -> Result<DoorCartView, Problem> {
    let lines: Result<_, Problem> = hold.lines.iter().map(|held| line(held, detail)).collect();
    Ok(DoorCartView {
        event: detail.event.name.to_string(),
        lines: lines?,
        total: hold.total().map_err(Problem::internal)?,
        until: figures::moment(hold.expires_at, &detail.event.time_zone),
        action: urls::door_cart(hold.id),
        abandon_action: urls::door_cart_abandonment(hold.id),
        name: input.name.clone(),
        email: input.email.clone(),
        own_email: console.session.email.clone(),
        may_let_in: console.may(Permission::TicketScan),
        let_in: !input.let_in.is_empty(),
        errors,
    })
}

fn line(held: &HoldLine, detail: &EventDetail) -> Result<Line, Problem> {
    let of_type = detail.ticket_types.iter().find(|found| found.id == held.ticket_type);
    Ok(Line {
        name: of_type.map(|found| found.terms.name.to_string()).unwrap_or_default(),
        quantity: held.quantity,
        unit: held.unit_price,
        total: held.unit_price.checked_mul(held.quantity).map_err(Problem::internal)?,
        offer: held.offer.clone(),
        is_add_on: of_type.is_some_and(|found| found.terms.kind.is_add_on()),
    })
}
