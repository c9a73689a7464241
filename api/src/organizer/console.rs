//! A request of somebody who is logged in to the console.

use std::ops::Deref;

use axum::{extract::FromRequestParts, response::Response};
use bilten_branding::views::{Section, View};
use bilten_core::reports::{self, Reach};
use bilten_kernel::{Ctx, EventId, OrderId};
use bilten_tenancy::{
    TenantTx,
    permissions::{self, Denied, Permission, Permit, Scope},
};
use http::{StatusCode, request::Parts};

use crate::http::{
    AppState,
    extract::{StaffSession, TenantCtx},
    problem::Problem,
    shell::Shell,
};

/// What every page of the console needs; derefs to the [`Ctx`] of the request.
pub struct Console {
    /// The tenant and the context.
    pub tenant: TenantCtx,
    /// Who asks.
    pub session: StaffSession,
    /// Services.
    pub state: AppState,
    shell: Shell,
}

impl Deref for Console {
    type Target = Ctx;

    fn deref(&self) -> &Ctx {
        &self.tenant.ctx
    }
}

impl FromRequestParts<AppState> for Console {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        Ok(Self {
            tenant: TenantCtx::from_request_parts(parts, state).await?,
            session: StaffSession::from_request_parts(parts, state).await?,
            shell: Shell::from_request_parts(parts, state).await?,
            state: state.clone(),
        })
    }
}

impl Console {
    /// Begins a transaction in the tenant.
    ///
    /// # Errors
    /// The database is out of reach.
    pub async fn begin(&self) -> Result<TenantTx, Problem> {
        Ok(self.state.db.begin(self).await?)
    }

    /// Tells whether the person holds the permission anywhere, for links and buttons.
    pub fn may(&self, permission: Permission) -> bool {
        self.session.rights.allows(permission, Scope::Anywhere)
    }

    /// Tells whether the person holds the permission on that very thing.
    pub fn may_on(&self, permission: Permission, scope: Scope) -> bool {
        self.session.rights.allows(permission, scope)
    }

    /// Asks for a further permission on a thing that the person is known to see, by the rights that this request found.
    ///
    /// # Errors
    /// He may not.
    pub fn demand(&self, permission: Permission, scope: Scope) -> Result<(), Problem> {
        if self.may_on(permission, scope) {
            Ok(())
        } else {
            Err(Denied::Forbidden(permission).into())
        }
    }

    /// Tells over which organizers and events the permission reaches, for lists.
    pub fn reach(&self, permission: Permission) -> Reach {
        self.session.rights.reach(permission)
    }

    /// Asks for a permission on an event.
    ///
    /// # Errors
    /// There is no such event for this person, or he may not.
    pub async fn permit_event(
        &self,
        tx: &mut TenantTx,
        permission: Permission,
        event: EventId,
    ) -> Result<Permit, Problem> {
        let organizer = reports::organizer_of_event(tx, event).await?;
        let scope = Scope::Event(organizer.ok_or_else(Problem::not_found)?, event);
        Ok(permissions::require(tx, self, permission, scope).await?)
    }

    /// Asks for a permission on an order.
    ///
    /// # Errors
    /// There is no such order for this person, or he may not.
    pub async fn permit_order(
        &self,
        tx: &mut TenantTx,
        permission: Permission,
        order: OrderId,
    ) -> Result<Permit, Problem> {
        let scope = reports::scope_of_order(tx, order).await?;
        let scope = scope.ok_or_else(Problem::not_found)?;
        Ok(permissions::require(tx, self, permission, scope).await?)
    }

    /// Fills an argument of the message that the page before left.
    #[must_use]
    pub fn flash_arg(mut self, name: &str, value: &str) -> Self {
        self.shell = self.shell.flash_arg(name, value);
        self
    }

    /// Renders a page in a section of the console.
    ///
    /// # Errors
    /// Template and view do not fit together.
    pub fn html<V: View>(self, section: Section, view: &V) -> Result<Response, Problem> {
        self.shell.at(section).html(view)
    }

    /// Renders a form again, with what is wrong with it.
    ///
    /// # Errors
    /// As [`html`](Self::html).
    pub fn html_refused<V: View>(self, section: Section, view: &V) -> Result<Response, Problem> {
        self.html_with(StatusCode::UNPROCESSABLE_ENTITY, section, view)
    }

    /// Renders a page with another status.
    ///
    /// # Errors
    /// As [`html`](Self::html).
    pub fn html_with<V: View>(self, status: StatusCode, section: Section, view: &V) -> Result<Response, Problem> {
        self.shell.at(section).html_with(status, view)
    }
}
