//! The mail that tells a shop's owners that an operator of the platform wants in, or is in.

use async_trait::async_trait;
use bilten_branding::{
    Theme,
    mail::{self, ComposeError, MailError},
    texts,
    views::{Face, Page, Text, VisitMail},
};
use bilten_kernel::{Ctx, VisitId, VisitPower};
use bilten_sso::{
    accounts,
    visits::{self, VISIT_JOB, VisitState},
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
pub struct VisitMailer(pub AppState);

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the job names no visit")]
    Payload,
    #[error("the visit or the owners cannot be read")]
    Db(#[from] DbError),
    #[error("the mail cannot be written")]
    Compose(#[from] ComposeError),
    #[error("the mail was not taken")]
    Mail(#[from] MailError),
}

impl VisitMailer {
    async fn send(&self, ctx: &Ctx, job: &Job) -> Result<(), Failure> {
        let text = |name: &str| job.payload.get(name).and_then(Value::as_str).unwrap_or_default();
        let id: VisitId = text("visit").parse().map_err(|_| Failure::Payload)?;
        let Some(tenant) = self.0.directory.find(ctx.tenant).await? else {
            return Ok(());
        };
        let mut tx = self.0.work_db.begin(ctx).await?;
        let settings = settings::read(&mut tx).await?;
        let visit = visits::find(&mut tx, id).await?;
        let mut owners = Vec::new();
        for owner in permissions::list_owners(&mut tx).await? {
            let found = accounts::find(&mut tx, owner).await?;
            owners.extend(found.filter(|account| !account.is_disabled));
        }
        tx.commit().await?;
        let key = match text("what") {
            "asked" => texts::MAIL_VISIT_ASKED,
            _ => texts::MAIL_VISIT_STARTED,
        };
        // What was answered before the mail went out needs no answer.
        let is_asked = |state| key != texts::MAIL_VISIT_ASKED || state == VisitState::Asked;
        let Some(visit) = visit.filter(|visit| is_asked(visit.state_at(ctx.now()))) else {
            return Ok(());
        };
        let origin = self.0.config.http.origin(&tenant.primary_host);
        let view = VisitMail {
            lead: Text::new(key)
                .with("operator", visit.operator_name.as_str())
                .with("minutes", i64::from(visit.minutes)),
            reason: visit.reason.clone(),
            powers: visit.powers.iter().map(VisitPower::name).collect(),
            url: format!("{origin}/manage/platform-access"),
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
            let context = super::envelope(ctx.tenant, &settings, format!("visit-{}-{}", job.id, owner.id), to);
            let mail = mail::visit(&self.0.renderer, &page, &view, context)?;
            self.0.mailer.send(&mail, ctx.now()).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl JobHandler for VisitMailer {
    fn kind(&self) -> &'static str {
        VISIT_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        match self.send(ctx, job).await {
            Ok(()) => JobOutcome::Done,
            Err(Failure::Payload) => JobOutcome::Fail("the job names no visit".to_owned()),
            Err(Failure::Mail(error)) if !error.is_transient() => JobOutcome::Fail(error.to_string()),
            Err(error) => JobOutcome::Retry(job.back_off(), error.to_string()),
        }
    }
}
