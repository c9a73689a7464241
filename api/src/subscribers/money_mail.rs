//! The mail that tells a shop's people what happened to its money: a contest, a warning, a new bank account.

use async_trait::async_trait;
use bilten_billing::notices::{MONEY_NOTICE, Notice, What};
use bilten_branding::{
    Theme,
    mail::{self, ComposeError, Mail, MailError},
    texts,
    views::{Face, Moment, Page, Text, mail::MoneyMail},
};
use bilten_core::orders::{self, Order};
use bilten_kernel::{Ctx, Money};
use bilten_tenancy::{
    DbError, TenantTx,
    directory::TenantEntry,
    jobs::{self, Job, JobHandler, JobOutcome, NewJob},
    outbox::{OutboxEvent, Subscriber},
    settings::{self, Settings},
};

use crate::{
    http::{AppState, shell},
    storefront::urls,
};

/// Kind of the job that mails it.
pub const MONEY_JOB: &str = "mail.money_notice";

/// Mails the shop's address when something happened to its money.
#[derive(Debug, Clone, Copy, Default)]
pub struct MailMoney;

#[async_trait]
impl Subscriber for MailMoney {
    fn kind(&self) -> &'static str {
        MONEY_NOTICE
    }

    async fn on_event(&self, ctx: &Ctx, tx: &mut TenantTx, event: &OutboxEvent) -> Result<(), DbError> {
        let Ok(notice) = serde_json::from_value::<Notice>(event.payload.clone()) else {
            tracing::error!(kind = event.kind, "an event tells nothing of money");
            return Ok(());
        };
        let job = NewJob {
            kind: MONEY_JOB,
            payload: event.payload.clone(),
            run_at: ctx.now(),
            unique_key: Some(&name(&notice)),
            is_urgent: false,
        };
        jobs::enqueue(tx, ctx, job).await
    }
}

/// Name of a notice: the mail has it too, so that a mailbox shows one.
fn name(notice: &Notice) -> String {
    format!("{}-{:?}", notice.about, notice.what).to_lowercase()
}

/// Handler of [`MONEY_JOB`].
pub struct MoneyMailer(AppState);

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the notice cannot be read")]
    Db(#[from] DbError),
    #[error("the mail cannot be written")]
    Compose(#[from] ComposeError),
    #[error("the mail was not taken")]
    Mail(#[from] MailError),
}

impl MoneyMailer {
    /// Makes the handler.
    pub const fn new(state: AppState) -> Self {
        Self(state)
    }

    async fn send(&self, ctx: &Ctx, notice: &Notice) -> Result<(), Failure> {
        let Some(tenant) = self.0.directory.find(ctx.tenant).await? else {
            return Ok(());
        };
        let mut tx = self.0.work_db.begin(ctx).await?;
        let settings = settings::read(&mut tx).await?;
        let order = match notice.order {
            Some(order) => orders::find(&mut tx, order).await?,
            None => None,
        };
        tx.commit().await?;
        let mail = self.compose(notice, (&tenant, &settings), order.as_ref())?;
        Ok(self.0.mailer.send(&mail, ctx.now()).await?)
    }

    fn compose(
        &self,
        notice: &Notice,
        (tenant, settings): (&TenantEntry, &Settings),
        order: Option<&Order>,
    ) -> Result<Mail, Failure> {
        let origin = self.0.config.http.origin(&tenant.primary_host);
        let path = order.map_or_else(
            || "/manage/payees".to_owned(),
            |order| format!("/manage/orders/{}", order.id),
        );
        let amount = notice.amount.as_ref();
        let view = MoneyMail {
            lead: Text::new(lead(notice.what)),
            code: order.map(|order| order.code.to_string()),
            amount: amount.and_then(|(minor, code)| Some(Money::new(*minor, code.parse().ok()?))),
            until: notice.until.map(|at| Moment::new(at, settings.time_zone.as_str())),
            is_deadline: notice.what != What::BankChanged,
            url: format!("{origin}{path}"),
            colours: Theme::from_settings(&settings.theme).mail_colours(),
        };
        let to = (settings.name.as_str(), settings.support_email.as_str());
        let context = super::envelope(tenant.id, settings, name(notice), to);
        let page = Page::new(Face::Plain, shell::brand(settings), settings.default_locale, urls::HOME);
        Ok(mail::money(&self.0.renderer, &page, &view, context)?)
    }
}

const fn lead(what: What) -> &'static str {
    match what {
        What::Inquiry => texts::MAIL_MONEY_INQUIRY,
        What::Contest => texts::MAIL_MONEY_CONTEST,
        What::ContestWon => texts::MAIL_MONEY_WON,
        What::ContestLost => texts::MAIL_MONEY_LOST,
        What::FraudRefunded => texts::MAIL_MONEY_FRAUD,
        What::BankChanged => texts::MAIL_MONEY_BANK,
        What::AccountGone => texts::MAIL_MONEY_GONE,
        What::RefundByHand => texts::MAIL_MONEY_BY_HAND,
    }
}

#[async_trait]
impl JobHandler for MoneyMailer {
    fn kind(&self) -> &'static str {
        MONEY_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let Ok(notice) = serde_json::from_value::<Notice>(job.payload.clone()) else {
            return JobOutcome::Fail("the payload tells nothing of money".to_owned());
        };
        match self.send(ctx, &notice).await {
            Ok(()) => JobOutcome::Done,
            Err(Failure::Mail(error)) if !error.is_transient() => JobOutcome::Fail(error.to_string()),
            Err(error) => JobOutcome::Retry(job.back_off(), error.to_string()),
        }
    }
}
