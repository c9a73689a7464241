//! The mail that tells a shop's owners that a stream of the record has stopped.

use async_trait::async_trait;
use bilten_branding::{
    Theme,
    mail::{self, ComposeError, MailError},
    texts,
    views::{Face, Page, SsoMail, Text},
};
use bilten_kernel::{AuditStreamId, Ctx};
use bilten_sso::{
    accounts,
    streams::{self, STREAM_FAILED_JOB, StreamState},
};
use bilten_tenancy::{
    DbError,
    jobs::{Job, JobHandler, JobOutcome},
    permissions, settings,
};
use serde_json::Value;

use crate::{
    http::{AppState, shell},
    storefront::urls,
};

/// Mails all owners.
pub struct StreamMailer(pub AppState);

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the stream or the owners cannot be read")]
    Db(#[from] DbError),
    #[error("the mail cannot be written")]
    Compose(#[from] ComposeError),
    #[error("the mail was not taken")]
    Mail(#[from] MailError),
}

impl StreamMailer {
    async fn send(&self, ctx: &Ctx, job: &Job) -> Result<(), Failure> {
        let named = job.payload.get("stream").and_then(Value::as_str);
        let id: Option<AuditStreamId> = named.and_then(|id| id.parse().ok());
        let (Some(id), Some(tenant)) = (id, self.0.directory.find(ctx.tenant).await?) else {
            return Ok(());
        };
        let mut tx = self.0.work_db.begin(ctx).await?;
        let settings = settings::read(&mut tx).await?;
        let stream = streams::find(&mut tx, id).await?;
        let mut owners = Vec::new();
        for owner in permissions::list_owners(&mut tx).await? {
            let found = accounts::find(&mut tx, owner).await?;
            owners.extend(found.filter(|account| !account.is_disabled));
        }
        tx.commit().await?;
        // Somebody was quicker than the mail.
        let Some(stream) = stream.filter(|stream| stream.state == StreamState::Failed) else {
            return Ok(());
        };
        let origin = self.0.config.http.origin(&tenant.primary_host);
        let view = SsoMail {
            lead: Text::new(texts::MAIL_STREAM_FAILED).with("name", stream.name.as_str()),
            url: format!("{origin}/manage/audit/streams"),
            colours: Theme::from_settings(&settings.theme).mail_colours(),
        };
        let page = Page::new(
            Face::Plain,
            shell::brand(&settings),
            settings.default_locale,
            urls::HOME,
        );
        for owner in owners {
            let to = (owner.name.as_str(), owner.email.as_str());
            let context = super::envelope(ctx.tenant, &settings, format!("stream-{}-{}", job.id, owner.id), to);
            let mail = mail::stream_failed(&self.0.renderer, &page, &view, context)?;
            self.0.mailer.send(&mail, ctx.now()).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl JobHandler for StreamMailer {
    fn kind(&self) -> &'static str {
        STREAM_FAILED_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        match self.send(ctx, job).await {
            Ok(()) => JobOutcome::Done,
            Err(Failure::Mail(error)) if !error.is_transient() => JobOutcome::Fail(error.to_string()),
            Err(error) => JobOutcome::Retry(job.back_off(), error.to_string()),
        }
    }
}
