//! The mail with an order's tickets.

use async_trait::async_trait;
use bilten_branding::{
    Theme,
    mail::{self, ComposeError, Mail, MailError},
    views::{
        Face, Moment, Page,
        mail::{MailTicket, TicketsMail},
    },
};
use bilten_core::{
    catalog::{self, EventDetail},
    orders::{self, Order, OrderState},
    tickets::{self, Ticket, TicketState},
};
use bilten_kernel::{Ctx, OrderId};
use bilten_tenancy::{
    DbError,
    audit::{self, Entry},
    directory::TenantEntry,
    jobs::{Job, JobHandler, JobOutcome},
    settings::{self, Settings},
};
use serde_json::{Value, json};

use super::gift_card_mail;
use crate::{
    http::{AppState, shell},
    storefront::{self, events_venue, urls},
};

/// Kind of the job that mails the tickets of an order that was just paid.
pub const CONFIRMATION_JOB: &str = "mail.order_confirmation";
/// Kind of the job that mails them again.
pub const RESEND_JOB: &str = "mail.order_resend";

/// Handler of both jobs.
pub struct OrderMail {
    state: AppState,
    is_resend: bool,
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("the order cannot be read")]
    Db(#[from] DbError),
    #[error("the mail cannot be written")]
    Compose(#[from] ComposeError),
    #[error("the mail was not taken")]
    Mail(#[from] MailError),
}

/// Everything that the mail tells of.
struct Facts {
    tenant: TenantEntry,
    settings: Settings,
    order: Order,
    event: EventDetail,
    tickets: Vec<Ticket>,
}

impl OrderMail {
    /// Handler of [`CONFIRMATION_JOB`].
    pub const fn confirmation(state: AppState) -> Self {
        Self {
            state,
            is_resend: false,
        }
    }

    /// Handler of [`RESEND_JOB`].
    pub const fn resend(state: AppState) -> Self {
        Self { state, is_resend: true }
    }

    async fn send(&self, ctx: &Ctx, order: OrderId, job: &Job) -> Result<(), Failure> {
        let Some(facts) = self.load(ctx, order).await? else {
            return gift_card_mail::confirm(&self.state, ctx, order, self.is_resend.then_some(job)).await;
        };
        // The confirmation of an order is one mail, however often it is sent.
        let id = if self.is_resend {
            job.id.to_string()
        } else {
            order.to_string()
        };
        let mail = self.compose(id, &facts)?;
        self.state.mailer.send(&mail, ctx.now()).await?;
        let mut tx = self.state.work_db.begin(ctx).await?;
        let entry = Entry {
            action: "order.mailed",
            object: order.to_string(),
            details: json!({ "tickets": facts.tickets.len() }),
        };
        audit::record(&mut tx, ctx, entry).await?;
        tx.commit().await?;
        Ok(())
    }

    /// `None` when there are no tickets to mail: the order was cancelled meanwhile, or is one of a gift card.
    async fn load(&self, ctx: &Ctx, id: OrderId) -> Result<Option<Facts>, DbError> {
        let Some(tenant) = self.state.directory.find(ctx.tenant).await? else {
            return Ok(None);
        };
        let mut tx = self.state.db.begin(ctx).await?;
        let settings = settings::read(&mut tx).await?;
        let Some(order) = orders::find(&mut tx, id)
            .await?
            .filter(|order| order.state == OrderState::Paid)
        else {
            return Ok(None);
        };
        let Some(event) = order.event else { return Ok(None) };
        let event = catalog::find_event(ctx, &mut tx, event).await?;
        let tickets = tickets::list_for_order(&mut tx, id).await?;
        tx.commit().await?;
        Ok(event.map(|event| Facts {
            tenant,
            settings,
            order,
            event,
            tickets,
        }))
    }

    fn compose(&self, id: String, facts: &Facts) -> Result<Mail, ComposeError> {
        let Facts {
            tenant,
            settings,
            order,
            event,
            ..
        } = facts;
        let origin = self.state.config.http.origin(&tenant.primary_host);
        let path = urls::order(&self.state.links.order(tenant.id, order.id));
        let view = TicketsMail {
            is_resend: self.is_resend,
            buyer: order.buyer_name.to_string(),
            code: order.code.to_string(),
            summary: storefront::summary(&event.event, order),
            doors: (event.event.doors_at).map(|at| Moment::new(at, event.event.time_zone.as_str())),
            address: events_venue(&event.event).address,
            tickets: self.tickets(facts),
            order_url: format!("{origin}{path}"),
            calendar_url: format!("{origin}{}", urls::calendar(&event.event.slug)),
            support_email: Some(settings.support_email.to_string()),
            colours: Theme::from_settings(&settings.theme).mail_colours(),
        };
        let to = (order.buyer_name.as_str(), order.buyer_email.as_str());
        let context = super::envelope(tenant.id, settings, id, to);
        let page = Page::new(Face::Plain, shell::brand(settings), order.locale, urls::HOME);
        mail::tickets(&self.state.renderer, &page, &view, context)
    }

    fn tickets(&self, facts: &Facts) -> Vec<MailTicket> {
        // Numbered as on the order's page, where those that came back stay.
        let numbered = facts.tickets.iter().zip(1_u32..);
        numbered
            .filter(|(ticket, _)| ticket.state == TicketState::Issued)
            .map(|(ticket, number)| MailTicket {
                number,
                type_name: ticket.type_name.clone(),
                is_add_on: ticket.is_add_on,
                holder: Some(ticket.holder_name.clone()).filter(|name| !name.is_empty()),
                seat: ticket.seat.as_ref().map(crate::seats::label),
                code: self
                    .state
                    .tickets
                    .code(facts.tenant.id, ticket.key_id, ticket.id, ticket.event),
            })
            .collect()
    }
}

#[async_trait]
impl JobHandler for OrderMail {
    fn kind(&self) -> &'static str {
        if self.is_resend { RESEND_JOB } else { CONFIRMATION_JOB }
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let Some(order) = order_of(&job.payload) else {
            return JobOutcome::Fail("the payload names no order".to_owned());
        };
        match self.send(ctx, order, job).await {
            Ok(()) => JobOutcome::Done,
            Err(Failure::Mail(error)) if !error.is_transient() => JobOutcome::Fail(error.to_string()),
            Err(error) => JobOutcome::Retry(job.back_off(), error.to_string()),
        }
    }
}

/// Reads the order out of a payload.
pub(super) fn order_of(payload: &Value) -> Option<OrderId> {
    payload["order"].as_str()?.parse().ok()
}
