//! A request of a directory beside its body, and its end: commit or not, answer, note.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    response::{IntoResponse as _, Response},
};
use bilten_kernel::{HostName, ScimTokenId};
use bilten_sso::scim::{self, Asked, Fault, Query, Request, ScimError, Shape};
use bilten_tenancy::TenantTx;
use http::{
    StatusCode,
    header::{IF_MATCH, IF_NONE_MATCH},
    request::Parts,
};
use url::form_urlencoded;

use super::{ROOT, answer};
use crate::http::{AppState, extract::TenantCtx, problem::Problem, registry::RouteInfo};

/// Which token the gate found.
#[derive(Debug, Clone, Copy)]
pub struct Directory(pub ScimTokenId);

/// A request.
pub(super) struct Call {
    pub state: AppState,
    pub ctx: TenantCtx,
    /// Address of the face.
    pub base: String,
    token: ScimTokenId,
    method: String,
    target: &'static str,
    query: Vec<(String, String)>,
    if_match: Option<String>,
    pub if_none_match: Option<String>,
}

impl FromRequestParts<AppState> for Call {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let ctx = TenantCtx::from_request_parts(parts, state).await?;
        let directory = parts.extensions.get::<Directory>().copied();
        let route = parts.extensions.get::<Arc<RouteInfo>>();
        let header = |name| {
            parts
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        Ok(Self {
            state: state.clone(),
            base: base_of(state, &ctx.tenant.primary_host),
            token: directory.ok_or_else(Problem::not_found)?.0,
            method: parts.method.to_string(),
            target: route.map_or("", |info| info.path.strip_prefix(ROOT).unwrap_or(info.path)),
            query: query.into_owned().collect(),
            if_match: header(IF_MATCH),
            if_none_match: header(IF_NONE_MATCH),
            ctx,
        })
    }
}

/// Address of the face on the tenant's own host.
pub fn base_of(state: &AppState, host: &HostName) -> String {
    format!("{}{ROOT}", state.config.http.origin(host))
}

impl Call {
    /// Begins the transaction of the request.
    pub(super) async fn begin(&self) -> Result<TenantTx, Response> {
        let tx = self.state.db.begin(&self.ctx).await;
        tx.map_err(|error| Problem::from(error).into_response())
    }

    /// Says what of a resource is answered.
    pub(super) fn shape(&self, kind: scim::Kind) -> Result<Shape, Fault> {
        Shape::read(
            kind.model(),
            &self.names("attributes"),
            &self.names("excludedAttributes"),
        )
    }

    pub(super) fn request<'a>(&'a self, shape: &'a Shape) -> Request<'a> {
        Request {
            base: &self.base,
            shape,
            if_match: self.if_match.as_deref(),
        }
    }

    /// Reads what a list is asked for.
    pub(super) fn query(&self) -> Result<Query, Fault> {
        Ok(Query {
            filter: self.value("filter").map(str::to_owned),
            sort_by: self.value("sortBy").map(str::to_owned),
            is_descending: self
                .value("sortOrder")
                .is_some_and(|order| order.eq_ignore_ascii_case("descending")),
            start: self.number("startIndex")?,
            count: self.number("count")?,
            only: self.names("attributes"),
            without: self.names("excludedAttributes"),
        })
    }

    /// Ends the request: what went well is committed, what did not is not.
    pub(super) async fn finish(&self, tx: TenantTx, outcome: Result<Response, ScimError>) -> Response {
        let ended = match &outcome {
            Ok(_) => tx.commit().await,
            Err(_) => tx.rollback().await,
        };
        let outcome = match ended {
            Ok(()) => outcome,
            Err(error) => Err(error.into()),
        };
        match outcome {
            Ok(response) => {
                self.note(response.status(), None).await;
                response
            }
            Err(ScimError::Refused(fault)) => self.refuse(&fault).await,
            Err(ScimError::Db(error)) => Problem::from(error).into_response(),
        }
    }

    /// Answers what was refused before anything was done.
    pub(super) async fn refuse(&self, fault: &Fault) -> Response {
        let response = answer::fault(fault);
        self.note(response.status(), Some(&fault.detail)).await;
        response
    }

    /// Notes what became of the request; one that cannot be noted is answered all the same.
    pub(super) async fn note(&self, status: StatusCode, fault: Option<&str>) {
        let asked = Asked {
            at: self.ctx.now(),
            method: self.method.clone(),
            target: self.target.to_owned(),
            status: status.as_u16(),
            fault: fault.map(str::to_owned),
        };
        let noted = async {
            let mut tx = self.state.db.begin(&self.ctx).await?;
            scim::note(&mut tx, &self.ctx, self.token, &asked).await?;
            tx.commit().await
        };
        if let Err(error) = noted.await {
            tracing::warn!(%error, "a request of a directory could not be noted");
        }
    }

    fn value(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.trim().is_empty())
    }

    fn names(&self, name: &str) -> Vec<String> {
        let values = self.query.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        let names = values.flat_map(|(_, value)| value.split(','));
        names
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn number(&self, name: &str) -> Result<Option<i64>, Fault> {
        let Some(text) = self.value(name) else { return Ok(None) };
        text.trim()
            .parse()
            .map(Some)
            .map_err(|_| Fault::value("startIndex and count are whole numbers."))
    }
}
