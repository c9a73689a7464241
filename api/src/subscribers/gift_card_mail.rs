//! The mails of a gift card that was bought: to the buyer, and to whoever is to have it.
//!
//! The code is told from the order when the mail is written: neither the job nor any table holds it.

use async_trait::async_trait;
use bilten_billing::gift_cards::{self, GiftSale};
use bilten_branding::{
    Theme, mail,
    views::{Face, Moment, Page, mail::GiftCardMail},
};
use bilten_core::orders::{self, Order, OrderState};
use bilten_kernel::{Ctx, OrderId};
use bilten_tenancy::{
    DbError,
    audit::{self, Entry},
    directory::TenantEntry,
    jobs::{self, Job, JobHandler, JobOutcome, NewJob},
    settings::{self, Settings},
};
use serde_json::json;

use super::order_mail::{Failure, order_of};
use crate::{
    http::{AppState, shell},
    storefront::urls,
};

/// Kind of the job that mails a gift card to whoever is to have it.
pub const GIFT_CARD_JOB: &str = "mail.gift_card";

/// Handler of [`GIFT_CARD_JOB`].
pub struct GiftCardMailer(pub AppState);

/// Everything that the mails tell of.
struct Facts {
    tenant: TenantEntry,
    settings: Settings,
    order: Order,
    sale: GiftSale,
}

/// Writes to the buyer of a gift card, and sees to it that whoever is to have it is written to in time; nothing happens for orders of
/// something else, and for those whose money went back. `resend` is the job by which he asked for the mails again: whoever has had
/// his, or should have, gets it too.
pub(super) async fn confirm(state: &AppState, ctx: &Ctx, order: OrderId, resend: Option<&Job>) -> Result<(), Failure> {
    let Some(facts) = load(state, ctx, order).await? else {
        return Ok(());
    };
    let id = resend.map_or_else(|| order.to_string(), |job| job.id.to_string());
    let mail = to_buyer(state, ctx, &facts, id)?;
    state.mailer.send(&mail, ctx.now()).await?;
    let mut tx = state.work_db.begin(ctx).await?;
    let present = &facts.sale.present;
    let is_due = present.send_at.is_none_or(|at| at <= ctx.now());
    if present.email.is_some() && (resend.is_none() || is_due) {
        let key = resend.map_or_else(|| order.to_string(), |job| format!("{order}-{}", job.id));
        let job = NewJob {
            kind: GIFT_CARD_JOB,
            payload: json!({ "order": order.to_string(), "is_again": resend.is_some() }),
            run_at: present.send_at.unwrap_or(ctx.now()).max(ctx.now()),
            unique_key: Some(&key),
            is_urgent: false,
        };
        jobs::enqueue(&mut tx, ctx, job).await?;
    }
    let entry = Entry {
        action: "order.mailed",
        object: order.to_string(),
        details: json!({ "gift_card": facts.sale.card }),
    };
    audit::record(&mut tx, ctx, entry).await?;
    tx.commit().await?;
    Ok(())
}

async fn load(state: &AppState, ctx: &Ctx, id: OrderId) -> Result<Option<Facts>, DbError> {
    let Some(tenant) = state.directory.find(ctx.tenant).await? else {
        return Ok(None);
    };
    let mut tx = state.work_db.begin(ctx).await?;
    let order = orders::find(&mut tx, id).await?;
    let Some(order) = order.filter(|order| order.event.is_none() && order.state == OrderState::Paid) else {
        return Ok(None);
    };
    let settings = settings::read(&mut tx).await?;
    let sale = gift_cards::find_sale(&mut tx, id).await?;
    tx.commit().await?;
    Ok(sale.map(|sale| Facts {
        tenant,
        settings,
        order,
        sale,
    }))
}

fn to_buyer(state: &AppState, ctx: &Ctx, facts: &Facts, id: String) -> Result<mail::Mail, Failure> {
    let Facts { order, sale, .. } = facts;
    let is_own = sale.present.email.is_none();
    let zone = facts.settings.time_zone.as_str();
    let view = GiftCardMail {
        reader: order.buyer_name.to_string(),
        from: None,
        sent_to: sale.present.email.as_ref().map(ToString::to_string),
        send_at: sale
            .present
            .send_at
            .filter(|at| *at > ctx.now())
            .map(|at| Moment::new(at, zone)),
        code: Some(order.code.to_string()),
        url: facts.url(state, &urls::order(&state.links.order(facts.tenant.id, order.id))),
        ..facts.view(state, ctx, is_own)
    };
    let to = (order.buyer_name.as_str(), order.buyer_email.as_str());
    facts.write(state, &view, (id, to))
}

/// `None` when nobody else is to have it, or nothing can be spent of it any more.
fn to_recipient(state: &AppState, ctx: &Ctx, facts: &Facts, id: String) -> Result<Option<mail::Mail>, Failure> {
    let Facts { order, sale, .. } = facts;
    let Some(email) = sale.present.email.as_ref().filter(|_| !sale.is_stopped) else {
        return Ok(None);
    };
    let view = GiftCardMail {
        reader: sale.present.name.clone(),
        from: Some(order.buyer_name.to_string()),
        message: sale.present.message.clone(),
        url: facts.url(state, urls::HOME),
        ..facts.view(state, ctx, true)
    };
    let to = (sale.present.name.as_str(), email.as_str());
    facts.write(state, &view, (id, to)).map(Some)
}

impl Facts {
    fn url(&self, state: &AppState, path: &str) -> String {
        format!("{}{path}", state.config.http.origin(&self.tenant.primary_host))
    }

    /// What both mails say; the code only for whoever is to have the card.
    fn view(&self, state: &AppState, ctx: &Ctx, shows_code: bool) -> GiftCardMail {
        let code = state.gift_cards.code_of(ctx, &self.order, &self.sale);
        let zone = self.settings.time_zone.as_str();
        GiftCardMail {
            reader: String::new(),
            from: None,
            sent_to: None,
            send_at: None,
            amount: self.order.total,
            card_code: code.filter(|_| shows_code).map(|code| code.to_string()),
            expires: self.sale.expires_at.map(|at| Moment::new(at, zone)),
            message: String::new(),
            code: None,
            url: String::new(),
            support_email: Some(self.settings.support_email.to_string()),
            colours: Theme::from_settings(&self.settings.theme).mail_colours(),
        }
    }

    fn write(
        &self,
        state: &AppState,
        view: &GiftCardMail,
        (id, to): (String, (&str, &str)),
    ) -> Result<mail::Mail, Failure> {
        let context = super::envelope(self.tenant.id, &self.settings, id, to);
        let page = Page::new(Face::Plain, shell::brand(&self.settings), self.order.locale, urls::HOME);
        Ok(mail::gift_card(&state.renderer, &page, view, context)?)
    }
}

impl GiftCardMailer {
    async fn send(&self, ctx: &Ctx, order: OrderId, id: String) -> Result<(), Failure> {
        let Some(facts) = load(&self.0, ctx, order).await? else {
            return Ok(());
        };
        let Some(mail) = to_recipient(&self.0, ctx, &facts, id)? else {
            return Ok(());
        };
        Ok(self.0.mailer.send(&mail, ctx.now()).await?)
    }
}

#[async_trait]
impl JobHandler for GiftCardMailer {
    fn kind(&self) -> &'static str {
        GIFT_CARD_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let Some(order) = order_of(&job.payload) else {
            return JobOutcome::Fail("the payload names no order".to_owned());
        };
        // It is one mail, however often the job is tried; who asks for it again gets another.
        let is_again = job.payload.get("is_again").and_then(serde_json::Value::as_bool) == Some(true);
        let id = if is_again {
            format!("{}-gift", job.id)
        } else {
            format!("{order}-gift")
        };
        match self.send(ctx, order, id).await {
            Ok(()) => JobOutcome::Done,
            Err(Failure::Mail(error)) if !error.is_transient() => JobOutcome::Fail(error.to_string()),
            Err(error) => JobOutcome::Retry(job.back_off(), error.to_string()),
        }
    }
}
