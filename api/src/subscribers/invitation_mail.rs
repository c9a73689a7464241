//! The mail that invites somebody to a shop's staff. The link is signed when it is sent: no row and no job holds it.

use async_trait::async_trait;
use bilten_branding::{
    Theme,
    mail::{self, ComposeError, Mail, MailError},
    views::{Face, Moment, Page, console::RoleLabel, invitation_mail::InvitationMail},
};
use bilten_core::catalog;
use bilten_kernel::{Ctx, InvitationId};
use bilten_sso::{
    accounts,
    team::{self, INVITED, Invitation},
};
use bilten_tenancy::{
    DbError, TenantTx,
    directory::TenantEntry,
    jobs::{self, Job, JobHandler, JobOutcome, NewJob},
    outbox::{OutboxEvent, Subscriber},
    permissions::{self, Place, RoleName},
    settings::{self, Settings},
};
use serde_json::{Value, json};

use crate::{
    http::{AppState, shell},
    organizer::accept_url,
    storefront::urls,
};

/// Kind of the job that mails an invitation.
pub const INVITATION_JOB: &str = "mail.invitation";

/// Mails an invitation when somebody was invited.
#[derive(Debug, Clone, Copy, Default)]
pub struct MailInvitations;

#[async_trait]
impl Subscriber for MailInvitations {
    fn kind(&self) -> &'static str {
        INVITED
    }

    async fn on_event(&self, ctx: &Ctx, tx: &mut TenantTx, event: &OutboxEvent) -> Result<(), DbError> {
        let Some(id) = invitation_of(&event.payload) else {
            tracing::error!(kind = event.kind, "an event names no invitation");
            return Ok(());
        };
        let key = id.to_string();
        let job = NewJob {
            kind: INVITATION_JOB,
            payload: json!({ "invitation": key }),
            run_at: ctx.now(),
            unique_key: Some(&key),
            is_urgent: true,
        };
        jobs::enqueue(tx, ctx, job).await
    }
}

fn invitation_of(payload: &Value) -> Option<InvitationId> {
    payload.get("invitation")?.as_str()?.parse().ok()
}

/// Handler of [`INVITATION_JOB`].
pub struct InvitationMailer(AppState);

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the invitation cannot be read")]
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
    invitation: Invitation,
    by: String,
    role: RoleLabel,
    place: Option<String>,
}

impl InvitationMailer {
    /// Makes the handler.
    pub const fn new(state: AppState) -> Self {
        Self(state)
    }

    async fn send(&self, ctx: &Ctx, id: InvitationId) -> Result<(), Failure> {
        let Some(facts) = self.load(ctx, id).await? else {
            return Ok(());
        };
        let mail = self.compose(&facts)?;
        Ok(self.0.mailer.send(&mail, ctx.now()).await?)
    }

    /// `None` when it opens nothing any more.
    async fn load(&self, ctx: &Ctx, id: InvitationId) -> Result<Option<Facts>, DbError> {
        let Some(tenant) = self.0.directory.find(ctx.tenant).await? else {
            return Ok(None);
        };
        let mut tx = self.0.work_db.begin(ctx).await?;
        let settings = settings::read(&mut tx).await?;
        let Some((invitation, _)) = team::find_invitation(&mut tx, ctx, id).await? else {
            return Ok(None);
        };
        let by = accounts::find(&mut tx, invitation.invited_by).await?;
        let role = role_label(&mut tx, invitation.role).await?;
        let place = place_name(ctx, &mut tx, invitation.place).await?;
        tx.commit().await?;
        Ok(Some(Facts {
            by: by.map_or_else(|| settings.name.clone(), |account| account.name),
            tenant,
            settings,
            invitation,
            role,
            place,
        }))
    }

    fn compose(&self, facts: &Facts) -> Result<Mail, ComposeError> {
        let Facts {
            tenant,
            settings,
            invitation,
            ..
        } = facts;
        let page = Page::new(Face::Plain, shell::brand(settings), settings.default_locale, urls::HOME);
        let token = self.0.links.invitation(tenant.id, invitation.id);
        let origin = self.0.config.http.origin(&tenant.primary_host);
        let view = InvitationMail {
            by: facts.by.clone(),
            shop: settings.name.clone(),
            role: facts.role.clone(),
            place: facts.place.clone(),
            until: Moment::new(invitation.expires_at, settings.time_zone.as_str()),
            url: format!("{origin}{}", accept_url(&token)),
            colours: Theme::from_settings(&settings.theme).mail_colours(),
        };
        let to = ("", invitation.email.as_str());
        let envelope = super::envelope(tenant.id, settings, invitation.id.to_string(), to);
        mail::invitation(&self.0.renderer, &page, &view, envelope)
    }
}

async fn role_label(tx: &mut TenantTx, role: RoleName) -> Result<RoleLabel, DbError> {
    Ok(match role {
        RoleName::BuiltIn(role) => RoleLabel {
            key: Some(format!("role-{role}")),
            name: String::new(),
        },
        RoleName::Own(id) => RoleLabel {
            key: None,
            name: permissions::find_own_role(tx, id)
                .await?
                .map(|role| role.name)
                .unwrap_or_default(),
        },
    })
}

async fn place_name(ctx: &Ctx, tx: &mut TenantTx, place: Place) -> Result<Option<String>, DbError> {
    Ok(match place {
        Place::Tenant => None,
        Place::Organizer(id) => {
            let all = catalog::list_organizers(tx).await?;
            let found = all.into_iter().find(|organizer| organizer.id == id);
            found.map(|organizer| organizer.name.to_string())
        }
        Place::Event(id) => {
            let found = catalog::find_event(ctx, tx, id).await?;
            found.map(|detail| detail.event.name.to_string())
        }
    })
}

#[async_trait]
impl JobHandler for InvitationMailer {
    fn kind(&self) -> &'static str {
        INVITATION_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let Some(id) = invitation_of(&job.payload) else {
            return JobOutcome::Fail("the payload names no invitation".to_owned());
        };
        match self.send(ctx, id).await {
            Ok(()) => JobOutcome::Done,
            Err(Failure::Mail(error)) if !error.is_transient() => JobOutcome::Fail(error.to_string()),
            Err(error) => JobOutcome::Retry(job.back_off(), error.to_string()),
        }
    }
}
