//! Sends codes for staff by short message.

use async_trait::async_trait;
use bilten_branding::{
    sms::{Sms, SmsError},
    texts,
    views::Text,
};
use bilten_kernel::Ctx;
use bilten_sso::factors::sms::{self, CodeId, SMS_JOB};
use bilten_tenancy::{
    DbError,
    jobs::{Job, JobHandler, JobOutcome},
    settings,
};

use crate::{http::AppState, organizer::factor_key};

/// Sends the code that a job names. The job holds its id alone.
pub struct CodeTexter(pub AppState);

impl CodeTexter {
    async fn letter(&self, ctx: &Ctx, id: CodeId) -> Result<Option<Sms>, DbError> {
        let key = factor_key(&self.0, ctx.tenant);
        let mut tx = self.0.work_db.begin(ctx).await?;
        let letter = sms::find_letter(&mut tx, ctx, &key, id).await?;
        let settings = settings::read(&mut tx).await?;
        tx.commit().await?;
        let Some(letter) = letter else { return Ok(None) };
        let locale = letter.locale.parse().unwrap_or(settings.default_locale);
        let text = Text::new(texts::SMS_CODE)
            .with("code", letter.digits.clone())
            .with("shop", settings.name);
        // The last line lets a browser fill the code in at this host and nowhere else (WICG: Origin-bound one-time codes).
        let text = format!(
            "{}\n\n@{} #{}",
            self.0.renderer.speaker(locale).say(&text),
            letter.host,
            letter.digits
        );
        Ok(Some(Sms {
            id: id.to_string(),
            tenant: ctx.tenant,
            to: letter.to,
            text,
        }))
    }
}

#[async_trait]
impl JobHandler for CodeTexter {
    fn kind(&self) -> &'static str {
        SMS_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let id: Option<CodeId> = job.payload["code"].as_str().and_then(|id| id.parse().ok());
        let (Some(id), Some(texter)) = (id, &self.0.texter) else {
            return JobOutcome::Fail("there is no code, or nobody to carry it".to_owned());
        };
        let sms = match self.letter(ctx, id).await {
            Ok(Some(sms)) => sms,
            // Spent or too old: whoever still waits asks for another.
            Ok(None) => return JobOutcome::Done,
            Err(error) => return JobOutcome::Retry(job.back_off(), error.to_string()),
        };
        match texter.send(&sms, ctx.now()).await {
            Ok(()) => JobOutcome::Done,
            Err(error @ SmsError::Refused(_)) => JobOutcome::Fail(error.to_string()),
            Err(error @ SmsError::Later(_)) => JobOutcome::Retry(job.back_off(), error.to_string()),
        }
    }
}
