//! The mails that tell a shop's owners about log-in at their identity provider: a password was used although it is enforced,
//! and a client secret or a certificate ends.

use async_trait::async_trait;
use bilten_branding::{
    Theme,
    mail::{self, ComposeError, MailError},
    texts,
    views::{Face, Page, SsoMail, Text},
};
use bilten_kernel::{AccountId, Ctx};
use bilten_sso::{
    accounts::{self, Account},
    connections::SECRET_JOB,
    enforcement::ALARM_JOB,
};
use bilten_tenancy::{
    DbError,
    jobs::{Job, JobHandler, JobOutcome},
    permissions,
    settings::{self, Settings},
};
use serde_json::Value;

use crate::{
    http::{AppState, shell},
    storefront::urls,
};

/// Which mail a handler sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SsoNotice {
    /// A password was used.
    Alarm,
    /// A secret ends.
    Secret,
}

/// Mails all owners.
pub struct SsoMailer {
    state: AppState,
    notice: SsoNotice,
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the owners cannot be found")]
    Db(#[from] DbError),
    #[error("the mail cannot be written")]
    Compose(#[from] ComposeError),
    #[error("the mail was not taken")]
    Mail(#[from] MailError),
}

impl SsoMailer {
    /// Makes the handler of one kind of mail.
    pub const fn new(state: AppState, notice: SsoNotice) -> Self {
        Self { state, notice }
    }

    async fn send(&self, ctx: &Ctx, job: &Job) -> Result<(), Failure> {
        let Some(tenant) = self.state.directory.find(ctx.tenant).await? else {
            return Ok(());
        };
        let mut tx = self.state.work_db.begin(ctx).await?;
        let settings = settings::read(&mut tx).await?;
        let mut owners: Vec<Account> = Vec::new();
        for owner in permissions::list_owners(&mut tx).await? {
            owners.extend(
                accounts::find(&mut tx, owner)
                    .await?
                    .filter(|account| !account.is_disabled),
            );
        }
        let about = match job
            .payload
            .get("account")
            .and_then(Value::as_str)
            .map(str::parse::<AccountId>)
        {
            Some(Ok(account)) => accounts::find(&mut tx, account).await?,
            _ => None,
        };
        tx.commit().await?;
        let origin = self.state.config.http.origin(&tenant.primary_host);
        let view = SsoMail {
            lead: self.lead(&job.payload, about.as_ref()),
            url: format!("{origin}/manage/sso"),
            colours: Theme::from_settings(&settings.theme).mail_colours(),
        };
        for owner in owners {
            self.send_one(ctx, (job, &settings), (&view, &owner)).await?;
        }
        Ok(())
    }

    async fn send_one(
        &self,
        ctx: &Ctx,
        (job, settings): (&Job, &Settings),
        (view, owner): (&SsoMail, &Account),
    ) -> Result<(), Failure> {
        let id = format!("sso-{}-{}", job.id, owner.id);
        let to = (owner.name.as_str(), owner.email.as_str());
        let context = super::envelope(ctx.tenant, settings, id, to);
        let page = Page::new(Face::Plain, shell::brand(settings), settings.default_locale, urls::HOME);
        let mail = mail::sso(&self.state.renderer, &page, view, context)?;
        Ok(self.state.mailer.send(&mail, ctx.now()).await?)
    }

    fn lead(&self, payload: &Value, about: Option<&Account>) -> Text {
        let name = payload.get("name").and_then(Value::as_str).unwrap_or_default();
        let days = payload.get("days").and_then(Value::as_i64).unwrap_or_default();
        match self.notice {
            SsoNotice::Alarm => {
                Text::new(texts::MAIL_SSO_ALARM).with("account", about.map_or("?", |account| account.email.as_str()))
            }
            SsoNotice::Secret if payload.get("of").and_then(Value::as_str) == Some("certificate") => {
                if days > 0 {
                    Text::new(texts::MAIL_SAML_CERTIFICATE)
                        .with("name", name)
                        .with("days", days)
                } else {
                    Text::new(texts::MAIL_SAML_CERTIFICATE_OVER).with("name", name)
                }
            }
            SsoNotice::Secret if days > 0 => Text::new(texts::MAIL_SSO_SECRET).with("name", name).with("days", days),
            SsoNotice::Secret => Text::new(texts::MAIL_SSO_SECRET_OVER).with("name", name),
        }
    }
}

#[async_trait]
impl JobHandler for SsoMailer {
    fn kind(&self) -> &'static str {
        match self.notice {
            SsoNotice::Alarm => ALARM_JOB,
            SsoNotice::Secret => SECRET_JOB,
        }
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        match self.send(ctx, job).await {
            Ok(()) => JobOutcome::Done,
            Err(Failure::Mail(error)) if !error.is_transient() => JobOutcome::Fail(error.to_string()),
            Err(error) => JobOutcome::Retry(job.back_off(), error.to_string()),
        }
    }
}
