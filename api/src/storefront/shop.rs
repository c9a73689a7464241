//! A request for a page of a shop.

use std::{ops::Deref, sync::Arc};

use axum::{extract::FromRequestParts, response::Response};
use bilten_branding::views::{Text, Tone, View};
use bilten_kernel::Ctx;
use bilten_tenancy::settings::Settings;
use http::{StatusCode, request::Parts};

use crate::http::{AppState, extract::TenantCtx, problem::Problem, shell::Shell};

/// The request, its tenant, and the shell of its page; derefs to [`Ctx`].
pub struct Shop {
    /// The request inside its tenant.
    pub tenant: TenantCtx,
    /// How the tenant presents itself.
    pub settings: Arc<Settings>,
    shell: Shell,
    state: AppState,
}

impl Deref for Shop {
    type Target = Ctx;

    fn deref(&self) -> &Ctx {
        &self.tenant.ctx
    }
}

impl FromRequestParts<AppState> for Shop {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let tenant = TenantCtx::from_request_parts(parts, state).await?;
        let settings = state.settings.get(&tenant.ctx).await?;
        let shell = Shell::from_request_parts(parts, state).await?;
        Ok(Self {
            tenant,
            settings,
            shell,
            state: state.clone(),
        })
    }
}

impl Shop {
    /// Makes it a request for what buyers see, when somebody of the staff asks.
    #[must_use]
    pub fn as_seen_by_buyers(mut self) -> Self {
        self.shell = self.shell.as_storefront();
        self
    }

    /// Shows a message at the top.
    #[must_use]
    pub fn saying(mut self, tone: Tone, text: Text) -> Self {
        self.shell = self.shell.saying(tone, text);
        self
    }

    /// Fills an argument of the message that the page before left.
    #[must_use]
    pub fn flash_arg(mut self, name: &str, value: &str) -> Self {
        self.shell = self.shell.flash_arg(name, value);
        self
    }

    /// Renders a page.
    ///
    /// # Errors
    /// Template and view do not fit.
    pub fn html<V: View>(&self, view: &V) -> Result<Response, Problem> {
        self.shell.html(view)
    }

    /// Renders a page that tells of something else than success.
    ///
    /// # Errors
    /// As [`html`](Self::html).
    pub fn html_with<V: View>(&self, status: StatusCode, view: &V) -> Result<Response, Problem> {
        self.shell.html_with(status, view)
    }

    /// Returns the full address of a path at the host that this shop's links name.
    pub fn absolute(&self, path: &str) -> String {
        format!(
            "{}{path}",
            self.state.config.http.origin(&self.tenant.tenant.primary_host)
        )
    }
}
