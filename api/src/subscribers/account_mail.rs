//! Mails to staff about their own accounts: links that were asked for, and what happened.

use async_trait::async_trait;
use bilten_branding::{
    Theme,
    mail::{self, ComposeError, Mail, MailError},
    texts,
    views::{Face, Moment, Page, Text, mail::AccountMail},
};
use bilten_kernel::{Ctx, HostName, Locale};
use bilten_sso::{
    TokenHash,
    accounts::{self, Account},
    links::{self, LIFE, LINK_JOB, Letter, LinkId, Purpose},
    notices::{NOTICE_JOB, Notice, What},
    sessions::{self, Client},
};
use bilten_tenancy::{
    DbError,
    directory::TenantEntry,
    jobs::{Job, JobHandler, JobOutcome},
    settings::{self, Settings},
};

use crate::{
    http::{AppState, shell},
    organizer::{account, security, session},
    storefront::urls,
};

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the account cannot be read")]
    Db(#[from] DbError),
    #[error("the mail cannot be written")]
    Compose(#[from] ComposeError),
    #[error("the mail was not taken")]
    Mail(#[from] MailError),
}

impl Failure {
    fn outcome(self, job: &Job) -> JobOutcome {
        match self {
            Self::Mail(error) if !error.is_transient() => JobOutcome::Fail(error.to_string()),
            error => JobOutcome::Retry(job.back_off(), error.to_string()),
        }
    }
}

/// Who writes, and to whom.
struct Envelope<'a> {
    tenant: &'a TenantEntry,
    settings: &'a Settings,
    locale: Locale,
    /// Name and mail address of the reader.
    to: (&'a str, &'a str),
    /// Of the mail, the same each time that it is sent.
    id: String,
}

/// Mails the links that staff ask for.
pub struct LinkMailer(pub AppState);

/// Mails what happened to an account.
pub struct NoticeMailer(pub AppState);

impl LinkMailer {
    async fn send(&self, ctx: &Ctx, link: LinkId) -> Result<(), Failure> {
        let Some(tenant) = self.0.directory.find(ctx.tenant).await? else {
            return Ok(());
        };
        let mut tx = self.0.work_db.begin(ctx).await?;
        let settings = settings::read(&mut tx).await?;
        let letter = links::find_letter(&mut tx, ctx, link).await?;
        tx.commit().await?;
        // Nobody has the address that somebody typed.
        let Some(letter) = letter else { return Ok(()) };
        let Ok(host) = letter.host.parse::<HostName>() else {
            return Ok(());
        };
        let view = self.view(&letter, &host, &settings, &session::token(&self.0, tenant.id, link));
        let envelope = Envelope {
            tenant: &tenant,
            settings: &settings,
            locale: letter.locale.parse().unwrap_or(settings.default_locale),
            to: (&letter.name, &letter.email),
            id: link.to_string(),
        };
        let mail = compose(&self.0, &view, envelope)?;
        Ok(self.0.mailer.send(&mail, ctx.now()).await?)
    }

    fn view(&self, letter: &Letter, host: &HostName, settings: &Settings, token: &str) -> AccountMail {
        let (path, lead, subject, button, note) = match letter.purpose {
            Purpose::Reset => (
                session::PASSWORD,
                texts::MAIL_ACCOUNT_RESET,
                texts::MAIL_ACCOUNT_RESET_SUBJECT,
                texts::MAIL_ACCOUNT_RESET_BUTTON,
                texts::MAIL_ACCOUNT_RESET_NOTE,
            ),
            Purpose::LogIn => (
                session::LINK,
                texts::MAIL_ACCOUNT_LOG_IN,
                texts::MAIL_ACCOUNT_LOG_IN_SUBJECT,
                texts::MAIL_ACCOUNT_LOG_IN_BUTTON,
                texts::MAIL_ACCOUNT_LOG_IN_NOTE,
            ),
        };
        AccountMail {
            subject: subject.to_owned(),
            name: letter.name.clone(),
            lead: Text::new(lead).with("minutes", LIFE.as_mins()),
            device: None,
            network: None,
            at: None,
            button: Text::new(button),
            url: format!("{}{path}?token={token}", self.0.config.http.origin(host)),
            note: Text::new(note),
            colours: Theme::from_settings(&settings.theme).mail_colours(),
        }
    }
}

impl NoticeMailer {
    async fn send(&self, ctx: &Ctx, job: &Job, notice: &Notice) -> Result<(), Failure> {
        let Some(tenant) = self.0.directory.find(ctx.tenant).await? else {
            return Ok(());
        };
        let session = notice.session.as_deref().and_then(TokenHash::parse);
        let mut tx = self.0.work_db.begin(ctx).await?;
        let settings = settings::read(&mut tx).await?;
        let found = accounts::find(&mut tx, notice.account).await?;
        let about = match notice.about {
            Some(about) => accounts::find(&mut tx, about).await?,
            None => None,
        };
        let client = match session {
            Some(session) => sessions::find_client(&mut tx, session).await?,
            None => None,
        };
        tx.commit().await?;
        let Some(account) = found.filter(|account| !account.is_disabled) else {
            return Ok(());
        };
        let mut view = self.view(notice, (&tenant, &settings), &account, client.as_ref());
        if let Some(about) = about {
            view.lead = view.lead.with("name", about.name).with("email", about.email);
            view.note = Text::new(texts::MAIL_ACCOUNT_RECOVERY_NOTE);
            if notice.about != Some(notice.account) {
                view.button = Text::new(texts::MAIL_ACCOUNT_DECIDE);
                view.url = format!(
                    "{}{}",
                    self.0.config.http.origin(&tenant.primary_host),
                    security::SECURITY
                );
            }
        }
        let envelope = Envelope {
            tenant: &tenant,
            settings: &settings,
            locale: notice.locale,
            to: (&account.name, &account.email),
            id: job.id.to_string(),
        };
        let mail = compose(&self.0, &view, envelope)?;
        Ok(self.0.mailer.send(&mail, ctx.now()).await?)
    }

    fn view(
        &self,
        notice: &Notice,
        (tenant, settings): (&TenantEntry, &Settings),
        account: &Account,
        client: Option<&Client>,
    ) -> AccountMail {
        let (subject, lead) = words(notice.what);
        AccountMail {
            subject: subject.to_owned(),
            name: account.name.clone(),
            lead: Text::new(lead),
            device: client.map(account::device),
            network: client
                .map(|client| client.network.clone())
                .filter(|network| !network.is_empty()),
            at: Some(Moment::new(notice.at, settings.time_zone.as_str())),
            button: Text::new(texts::MAIL_ACCOUNT_OPEN),
            url: format!(
                "{}{}",
                self.0.config.http.origin(&tenant.primary_host),
                account::ACCOUNT
            ),
            note: Text::new(texts::MAIL_ACCOUNT_NOT_YOU),
            colours: Theme::from_settings(&settings.theme).mail_colours(),
        }
    }
}

const fn words(what: What) -> (&'static str, &'static str) {
    match what {
        What::NewDevice => (texts::MAIL_ACCOUNT_DEVICE_SUBJECT, texts::MAIL_ACCOUNT_DEVICE),
        What::PasswordChanged => (texts::MAIL_ACCOUNT_PASSWORD_SUBJECT, texts::MAIL_ACCOUNT_PASSWORD),
        What::FactorAdded => (texts::MAIL_ACCOUNT_FACTOR_SUBJECT, texts::MAIL_ACCOUNT_FACTOR_ADDED),
        What::FactorRemoved => (texts::MAIL_ACCOUNT_FACTOR_SUBJECT, texts::MAIL_ACCOUNT_FACTOR_REMOVED),
        What::RecoveryAsked => (texts::MAIL_ACCOUNT_RECOVERY_SUBJECT, texts::MAIL_ACCOUNT_RECOVERY_ASKED),
        What::RecoveryApproved => (
            texts::MAIL_ACCOUNT_RECOVERY_SUBJECT,
            texts::MAIL_ACCOUNT_RECOVERY_APPROVED,
        ),
        What::RecoveryCancelled => (
            texts::MAIL_ACCOUNT_RECOVERY_SUBJECT,
            texts::MAIL_ACCOUNT_RECOVERY_CANCELLED,
        ),
        What::RecoveryDone => (texts::MAIL_ACCOUNT_RECOVERY_SUBJECT, texts::MAIL_ACCOUNT_RECOVERY_DONE),
    }
}

fn compose(state: &AppState, view: &AccountMail, envelope: Envelope<'_>) -> Result<Mail, ComposeError> {
    let settings = envelope.settings;
    let context = super::envelope(envelope.tenant.id, settings, envelope.id, envelope.to);
    let page = Page::new(Face::Plain, shell::brand(settings), envelope.locale, urls::HOME);
    mail::account(&state.renderer, &page, view, context)
}

#[async_trait]
impl JobHandler for LinkMailer {
    fn kind(&self) -> &'static str {
        LINK_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let link: Option<LinkId> = job.payload["link"].as_str().and_then(|id| id.parse().ok());
        let Some(link) = link else {
            return JobOutcome::Fail("the payload names no link".to_owned());
        };
        match self.send(ctx, link).await {
            Ok(()) => JobOutcome::Done,
            Err(failure) => failure.outcome(job),
        }
    }
}

#[async_trait]
impl JobHandler for NoticeMailer {
    fn kind(&self) -> &'static str {
        NOTICE_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let Ok(notice) = serde_json::from_value::<Notice>(job.payload.clone()) else {
            return JobOutcome::Fail("the payload tells nothing of an account".to_owned());
        };
        match self.send(ctx, job, &notice).await {
            Ok(()) => JobOutcome::Done,
            Err(failure) => failure.outcome(job),
        }
    }
}
