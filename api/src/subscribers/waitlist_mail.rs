//! Mails to those who wait: you are on the list, places came back for you, and your offer has passed.

use async_trait::async_trait;
use bilten_branding::{
    Theme,
    mail::{self, ComposeError, Mail, MailError},
    views::{
        Face, Moment, Page,
        mail::{WaitlistJoinedMail, WaitlistLapsedMail, WaitlistOfferMail},
        storefront::WaitlistEvent,
    },
};
use bilten_core::{
    catalog::{self, EventDetail, EventStatus},
    inventory::{self, Hold},
    waitlist::{self, EntryDetail, EntryState},
};
use bilten_kernel::{Ctx, WaitlistEntryId};
use bilten_tenancy::{
    DbError, TenantTx,
    audit::{self, Entry},
    directory::TenantEntry,
    jobs::{self, Job, JobHandler, JobOutcome, NewJob},
    outbox::{OutboxEvent, Subscriber},
    settings::{self, Settings},
};
use serde_json::{Value, json};

use crate::{
    http::{AppState, shell},
    storefront::{self, urls},
};

/// Kind of the job that mails somebody's place in a list.
pub const JOINED_JOB: &str = "mail.waitlist_joined";
/// Kind of the job that mails an offer.
pub const OFFER_JOB: &str = "mail.waitlist_offer";
/// Kind of the job that mails that an offer has passed.
pub const LAPSED_JOB: &str = "mail.waitlist_lapsed";

/// Mails what happened to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailWaitlist {
    /// Somebody joined, or asked again.
    Joined,
    /// Places came back for him.
    Offered,
    /// He let the offer pass.
    Lapsed,
}

/// Handler of [`JOINED_JOB`], [`OFFER_JOB`] and [`LAPSED_JOB`].
pub struct WaitlistMail {
    state: AppState,
    what: MailWaitlist,
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the entry cannot be read")]
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
    detail: EntryDetail,
    event: EventDetail,
    hold: Option<Hold>,
}

#[async_trait]
impl Subscriber for MailWaitlist {
    fn kind(&self) -> &'static str {
        match self {
            Self::Joined => "waitlist_joined",
            Self::Offered => "waitlist_offered",
            Self::Lapsed => "waitlist_lapsed",
        }
    }

    async fn on_event(&self, ctx: &Ctx, tx: &mut TenantTx, event: &OutboxEvent) -> Result<(), DbError> {
        let Some(entry) = entry_of(&event.payload) else {
            tracing::error!(kind = event.kind, "an event names no entry of a waiting list");
            return Ok(());
        };
        let key = entry.to_string();
        let job = NewJob {
            kind: self.job(),
            payload: json!({ "entry": key }),
            run_at: ctx.now(),
            unique_key: Some(&key),
            is_urgent: false,
        };
        jobs::enqueue(tx, ctx, job).await
    }
}

impl MailWaitlist {
    const fn job(self) -> &'static str {
        match self {
            Self::Joined => JOINED_JOB,
            Self::Offered => OFFER_JOB,
            Self::Lapsed => LAPSED_JOB,
        }
    }

    /// State in which there is something to mail.
    const fn state(self) -> EntryState {
        match self {
            Self::Joined => EntryState::Waiting,
            Self::Offered => EntryState::Offered,
            Self::Lapsed => EntryState::Lapsed,
        }
    }
}

impl WaitlistMail {
    /// Makes the handler of one of the mails.
    pub const fn new(state: AppState, what: MailWaitlist) -> Self {
        Self { state, what }
    }

    async fn send(&self, ctx: &Ctx, entry: WaitlistEntryId, job: &Job) -> Result<(), Failure> {
        let Some(facts) = self.load(ctx, entry).await? else {
            return Ok(());
        };
        let Some(mail) = self.compose(&facts, job)? else {
            return Ok(());
        };
        self.state.mailer.send(&mail, ctx.now()).await?;
        let mut tx = self.state.work_db.begin(ctx).await?;
        let record = Entry {
            action: "waitlist.mailed",
            object: entry.to_string(),
            details: json!({ "mail": self.what.job() }),
        };
        audit::record(&mut tx, ctx, record).await?;
        tx.commit().await?;
        Ok(())
    }

    /// `None` when there is nothing to mail any more: he has left, the deadline has passed, or he has joined again.
    async fn load(&self, ctx: &Ctx, id: WaitlistEntryId) -> Result<Option<Facts>, DbError> {
        let Some(tenant) = self.state.directory.find(ctx.tenant).await? else {
            return Ok(None);
        };
        let mut tx = self.state.work_db.begin(ctx).await?;
        let settings = settings::read(&mut tx).await?;
        let found = waitlist::find(ctx, &mut tx, id).await?;
        let Some(detail) = found.filter(|detail| detail.entry.state == self.what.state()) else {
            return Ok(None);
        };
        let event = catalog::find_event(ctx, &mut tx, detail.entry.event).await?;
        if self.what == MailWaitlist::Lapsed {
            let entry = &detail.entry;
            let is_on = |event: &EventDetail| event.event.status_at(ctx.now()) == EventStatus::Published;
            if !event.as_ref().is_some_and(is_on) || waitlist::is_on_list(&mut tx, entry.event, &entry.email).await? {
                return Ok(None);
            }
        }
        let hold = match detail.entry.hold {
            Some(hold) => inventory::find(&mut tx, hold).await?,
            None => None,
        };
        tx.commit().await?;
        Ok(event.map(|event| Facts {
            tenant,
            settings,
            detail,
            event,
            hold,
        }))
    }

    fn compose(&self, facts: &Facts, job: &Job) -> Result<Option<Mail>, ComposeError> {
        let Facts {
            tenant,
            settings,
            detail,
            hold,
            ..
        } = facts;
        let entry = &detail.entry;
        let page = Page::new(Face::Plain, shell::brand(settings), entry.locale, urls::HOME);
        let to = (entry.name.as_str(), entry.email.as_str());
        let envelope = |id| super::envelope(tenant.id, settings, id, to);
        let renderer = &self.state.renderer;
        match (self.what, hold) {
            (MailWaitlist::Joined, _) => {
                let view = self.joined(facts);
                mail::waitlist_joined(renderer, &page, &view, envelope(job.id.to_string())).map(Some)
            }
            (MailWaitlist::Offered, Some(hold)) => {
                let view = self.offer(facts, hold);
                // The offer is one mail, however often it is sent.
                mail::waitlist_offer(renderer, &page, &view, envelope(hold.id.to_string())).map(Some)
            }
            (MailWaitlist::Offered, None) => Ok(None),
            (MailWaitlist::Lapsed, _) => {
                let view = self.lapsed(facts);
                mail::waitlist_lapsed(renderer, &page, &view, envelope(entry.id.to_string())).map(Some)
            }
        }
    }

    fn joined(&self, facts: &Facts) -> WaitlistJoinedMail {
        let entry = &facts.detail.entry;
        let event = storefront::waitlist_event(&facts.event.event);
        WaitlistJoinedMail {
            name: entry.name.to_string(),
            event: WaitlistEvent {
                url: self.absolute(facts, &event.url),
                ..event
            },
            party: entry.party.size(),
            takes_fewer: !entry.party.stays_together(),
            types: facts.detail.types.clone(),
            position: facts.detail.position.and_then(|n| u32::try_from(n).ok()).unwrap_or(1),
            entry_url: self.entry_url(facts),
            support_email: Some(facts.settings.support_email.to_string()),
            colours: Theme::from_settings(&facts.settings.theme).mail_colours(),
        }
    }

    fn offer(&self, facts: &Facts, hold: &Hold) -> WaitlistOfferMail {
        let entry = &facts.detail.entry;
        let cart = self.state.links.cart(facts.tenant.id, hold.id);
        WaitlistOfferMail {
            name: entry.name.to_string(),
            summary: storefront::cart_summary(&facts.event, hold),
            places: hold.lines.iter().map(|line| line.quantity).sum(),
            party: entry.party.size(),
            until: Moment::new(
                entry.offer_until.unwrap_or(hold.expires_at),
                facts.event.event.time_zone.as_str(),
            ),
            buy_url: self.absolute(facts, &urls::details(&cart)),
            entry_url: self.entry_url(facts),
            support_email: Some(facts.settings.support_email.to_string()),
            colours: Theme::from_settings(&facts.settings.theme).mail_colours(),
        }
    }

    fn lapsed(&self, facts: &Facts) -> WaitlistLapsedMail {
        let entry = &facts.detail.entry;
        let event = storefront::waitlist_event(&facts.event.event);
        let offered = facts
            .hold
            .iter()
            .flat_map(|hold| &hold.lines)
            .map(|line| line.quantity)
            .sum();
        WaitlistLapsedMail {
            name: entry.name.to_string(),
            event: WaitlistEvent {
                url: self.absolute(facts, &event.url),
                ..event
            },
            places: offered,
            until: Moment::new(
                entry.offer_until.unwrap_or(entry.joined_at),
                facts.event.event.time_zone.as_str(),
            ),
            join_url: self.absolute(facts, &urls::waiting_list(&facts.event.event.slug)),
            support_email: Some(facts.settings.support_email.to_string()),
            colours: Theme::from_settings(&facts.settings.theme).mail_colours(),
        }
    }

    fn entry_url(&self, facts: &Facts) -> String {
        let token = self.state.links.waitlist_entry(facts.tenant.id, facts.detail.entry.id);
        self.absolute(facts, &urls::waitlist_entry(&token))
    }

    fn absolute(&self, facts: &Facts, path: &str) -> String {
        format!("{}{path}", self.state.config.http.origin(&facts.tenant.primary_host))
    }
}

#[async_trait]
impl JobHandler for WaitlistMail {
    fn kind(&self) -> &'static str {
        self.what.job()
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let Some(entry) = entry_of(&job.payload) else {
            return JobOutcome::Fail("the payload names no entry".to_owned());
        };
        match self.send(ctx, entry, job).await {
            Ok(()) => JobOutcome::Done,
            Err(Failure::Mail(error)) if !error.is_transient() => JobOutcome::Fail(error.to_string()),
            Err(error) => JobOutcome::Retry(job.back_off(), error.to_string()),
        }
    }
}

fn entry_of(payload: &Value) -> Option<WaitlistEntryId> {
    payload["entry"].as_str()?.parse().ok()
}
