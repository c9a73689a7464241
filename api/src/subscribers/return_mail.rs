//! The mail that confirms that tickets came back.

use async_trait::async_trait;
use bilten_billing::refunds::{self, Kept, Origin};
use bilten_branding::{
    Theme,
    mail::{self, ComposeError, Mail, MailError},
    texts,
    views::{Face, Moment, Page, Text, mail::ReturnMail},
};
use bilten_core::{
    catalog::{self, EventDetail},
    orders::{self, Order},
    tickets::{self, TicketState},
};
use bilten_kernel::{Ctx, MoneyError, OrderId, TicketReturnId};
use bilten_tenancy::{
    DbError, TenantTx,
    directory::TenantEntry,
    jobs::{self, Job, JobHandler, JobOutcome, NewJob},
    outbox::{OutboxEvent, Subscriber},
    settings::{self, Settings},
};
use serde_json::Value;

use crate::{
    http::{AppState, shell},
    storefront::urls,
};

/// Kind of the job that mails what came back.
pub const RETURN_JOB: &str = "mail.tickets_returned";

/// Mails the buyer when tickets of his order were taken back.
#[derive(Debug, Clone, Copy, Default)]
pub struct MailReturns;

#[async_trait]
impl Subscriber for MailReturns {
    fn kind(&self) -> &'static str {
        "tickets_returned"
    }

    async fn on_event(&self, ctx: &Ctx, tx: &mut TenantTx, event: &OutboxEvent) -> Result<(), DbError> {
        let Some((_, id)) = read(&event.payload) else {
            tracing::error!(kind = event.kind, "an event names no return");
            return Ok(());
        };
        let job = NewJob {
            kind: RETURN_JOB,
            payload: event.payload.clone(),
            run_at: ctx.now(),
            unique_key: Some(&id.to_string()),
            is_urgent: false,
        };
        jobs::enqueue(tx, ctx, job).await
    }
}

/// Handler of [`RETURN_JOB`].
pub struct ReturnMailer(AppState);

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the return cannot be read")]
    Db(#[from] DbError),
    #[error("the sums of the return make no sense")]
    Sum(#[from] MoneyError),
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
    kept: Kept,
    left: usize,
}

impl ReturnMailer {
    /// Makes the handler.
    pub const fn new(state: AppState) -> Self {
        Self(state)
    }

    async fn send(&self, ctx: &Ctx, order: OrderId, id: TicketReturnId) -> Result<(), Failure> {
        let Some(facts) = self.load(ctx, order, id).await? else {
            return Ok(());
        };
        let mail = self.compose(&facts)?;
        Ok(self.0.mailer.send(&mail, ctx.now()).await?)
    }

    async fn load(&self, ctx: &Ctx, order: OrderId, id: TicketReturnId) -> Result<Option<Facts>, DbError> {
        let Some(tenant) = self.0.directory.find(ctx.tenant).await? else {
            return Ok(None);
        };
        let mut tx = self.0.work_db.begin(ctx).await?;
        let settings = settings::read(&mut tx).await?;
        let kept = refunds::list_kept(&mut tx, order).await?;
        let kept = kept.into_iter().find(|kept| kept.id == id);
        let order = orders::find(&mut tx, order).await?;
        let (Some(kept), Some(order)) = (kept, order) else {
            return Ok(None);
        };
        let Some(event) = order.event else { return Ok(None) };
        let event = catalog::find_event(ctx, &mut tx, event).await?;
        let tickets = tickets::list_for_order(&mut tx, order.id).await?;
        tx.commit().await?;
        let left = tickets.iter().filter(|ticket| ticket.state == TicketState::Issued);
        let left = left.count();
        Ok(event.map(|event| Facts {
            tenant,
            settings,
            order,
            event,
            kept,
            left,
        }))
    }

    fn compose(&self, facts: &Facts) -> Result<Mail, Failure> {
        let Facts {
            tenant,
            settings,
            order,
            event,
            kept,
            left,
        } = facts;
        let origin = self.0.config.http.origin(&tenant.primary_host);
        let path = urls::order(&self.0.links.order(tenant.id, order.id));
        let zone = event.event.time_zone.as_str();
        let view = ReturnMail {
            buyer: order.buyer_name.to_string(),
            code: order.code.to_string(),
            lead: Text::new(match kept.origin {
                Origin::Buyer => texts::MAIL_RETURN_BUYER,
                Origin::Withdrawal => texts::MAIL_RETURN_WITHDRAWAL,
                Origin::Staff => texts::MAIL_RETURN_STAFF,
                Origin::Event => texts::MAIL_RETURN_EVENT,
            }),
            title: event.event.name.to_string(),
            starts: Moment::new(event.event.starts_at, zone),
            tickets: kept.tickets,
            gross: kept.gross,
            kept: kept.kept,
            donation: Some(kept.donation).filter(|gift| !gift.is_zero()),
            refund: kept.refund()?,
            at: Moment::new(kept.at, zone),
            left: u32::try_from(*left).unwrap_or(u32::MAX),
            order_url: format!("{origin}{path}"),
            support_email: Some(settings.support_email.to_string()),
            colours: Theme::from_settings(&settings.theme).mail_colours(),
        };
        let to = (order.buyer_name.as_str(), order.buyer_email.as_str());
        // A return is confirmed by one mail, however often it is sent.
        let context = super::envelope(tenant.id, settings, kept.id.to_string(), to);
        let page = Page::new(Face::Plain, shell::brand(settings), order.locale, urls::HOME);
        Ok(mail::tickets_returned(&self.0.renderer, &page, &view, context)?)
    }
}

#[async_trait]
impl JobHandler for ReturnMailer {
    fn kind(&self) -> &'static str {
        RETURN_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let Some((order, id)) = read(&job.payload) else {
            return JobOutcome::Fail("the payload names no return".to_owned());
        };
        match self.send(ctx, order, id).await {
            Ok(()) => JobOutcome::Done,
            Err(Failure::Mail(error)) if !error.is_transient() => JobOutcome::Fail(error.to_string()),
            Err(error) => JobOutcome::Retry(job.back_off(), error.to_string()),
        }
    }
}

fn read(payload: &Value) -> Option<(OrderId, TicketReturnId)> {
    Some((
        payload["order"].as_str()?.parse().ok()?,
        payload["return"].as_str()?.parse().ok()?,
    ))
}
