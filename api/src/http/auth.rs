//! Finds out who asks, and whether he may; and the cookie of a session.
//!
//! What somebody may not even see is answered like a thing that does not exist.

use axum::{
    extract::Request,
    response::{IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use bilten_kernel::{Actor, ApiScope, Ctx, RequestId, TenantId};
use bilten_sso::{
    SessionToken,
    api_keys::ApiKeyToken,
    operators,
    scim::{self, ScimToken},
    sessions,
};
use bilten_tenancy::permissions::{self, Permission, Scope};
use http::{
    Extensions, HeaderMap, HeaderValue, Method,
    header::{ACCEPT, AUTHORIZATION, WWW_AUTHENTICATE},
};
use url::form_urlencoded;

use super::{
    AppState,
    extract::{ApiCaller, ClientIp, OperatorSession, StaffSession},
    problem::{Code, Problem},
    visits::{self, Knock},
};
use crate::{config::HttpConfig, scim::Directory};

/// Finds the staff member of the session cookie and asks for the permission.
pub(super) async fn staff(
    state: &AppState,
    request: &mut Request,
    permission: Option<Permission>,
) -> Result<HeaderMap, Response> {
    let visiting = match Knock::of(state, request) {
        Some(knock) => visits::enter(state, knock, permission)
            .await
            .map_err(Problem::into_response)?,
        None => None,
    };
    let token = session_token(&state.config.http, request.headers());
    let ctx = request.extensions().get::<Ctx>().cloned();
    let found = match (token, ctx) {
        _ if visiting.is_some() => visiting,
        (Some(token), Some(ctx)) => find_staff(state, ctx, token, permission)
            .await
            .map_err(Problem::into_response)?,
        _ => None,
    };
    let Some((ctx, session)) = found else {
        return Err(send_to_login(request, "/manage/login"));
    };
    request.extensions_mut().insert(ctx);
    request.extensions_mut().insert(session);
    Ok(HeaderMap::new())
}

async fn find_staff(
    state: &AppState,
    ctx: Ctx,
    token: SessionToken,
    permission: Option<Permission>,
) -> Result<Option<(Ctx, StaffSession)>, Problem> {
    let mut tx = state.db.begin(&ctx).await?;
    let Some(found) = sessions::find(&mut tx, &ctx, &token).await? else {
        return Ok(None);
    };
    let ctx = ctx.with_actor(Actor::Staff(found.account));
    let rights = permissions::rights(&mut tx, &ctx).await?;
    let asked = match permission {
        Some(permission) => permissions::require(&mut tx, &ctx, permission, Scope::Anywhere)
            .await
            .map(drop),
        None => Ok(()),
    };
    tx.commit().await?;
    asked?;
    let standing = found
        .policy
        .standing(found.has_factor, &rights, (found.hired_at, ctx.now()));
    let session = StaffSession {
        account: found.account,
        name: found.name,
        email: found.email,
        csrf: found.csrf,
        rights,
        proved_at: found.proved_at,
        has_factor: found.has_factor,
        standing,
        token,
        visit: None,
    };
    Ok(Some((ctx, session)))
}

/// Finds the operator of the session cookie.
pub(super) async fn operator(state: &AppState, request: &mut Request) -> Result<HeaderMap, Response> {
    let ctx = platform_ctx(state, request.extensions());
    let found = match session_token(&state.config.http, request.headers()) {
        Some(token) => find_operator(state, &ctx, token)
            .await
            .map_err(Problem::into_response)?,
        None => None,
    };
    let Some(session) = found else {
        return Err(send_to_login(request, "/login"));
    };
    let ctx = ctx.with_actor(Actor::Operator(session.operator));
    request.extensions_mut().insert(ctx);
    request.extensions_mut().insert(session);
    Ok(HeaderMap::new())
}

async fn find_operator(state: &AppState, ctx: &Ctx, token: SessionToken) -> Result<Option<OperatorSession>, Problem> {
    let mut tx = state.platform.begin().await?;
    let found = operators::find_session(&mut tx, ctx, &token).await?;
    tx.commit().await?;
    Ok(found.map(|found| OperatorSession {
        operator: found.operator,
        name: found.name,
        csrf: found.csrf,
        token,
        expires_at: found.expires_at,
    }))
}

/// Makes the context of a request to the platform's host. It names no tenant: the nil id owns no row.
pub fn platform_ctx(state: &AppState, extensions: &Extensions) -> Ctx {
    let request_id = extensions.get::<RequestId>().cloned();
    let request_id = request_id.expect("the outermost layer gives every request an id");
    let nobody = TenantId::from_uuid(uuid::Uuid::nil());
    Ctx::new(
        nobody,
        Actor::Buyer,
        request_id,
        state.clock.now(),
        state.entropy.clone(),
    )
}

/// Finds the program of the bearer key, counts its request, and checks the scope.
pub(super) async fn api_key(state: &AppState, request: &mut Request, scope: ApiScope) -> Result<HeaderMap, Problem> {
    let token = bearer(request.headers()).ok_or_else(unauthenticated)?;
    let ctx = request
        .extensions()
        .get::<Ctx>()
        .cloned()
        .ok_or_else(Problem::not_found)?;
    let found = state.api_keys.find(ctx.tenant, &token, ctx.now()).await?;
    let key = found.ok_or_else(unauthenticated)?;
    let client = ClientIp::of(&state.config.http, request.extensions(), request.headers());
    if !key.networks.contains(client.0) {
        return Err(Problem::new(Code::Forbidden).detail("The API key is not taken from this network."));
    }
    let headers = state.rate.count((ctx.tenant, key.id.uuid()))?;
    if !key.scopes.contains(scope) {
        let problem = Problem::new(Code::ScopeMissing).member("scope", scope.name());
        return Err(headers
            .into_iter()
            .filter_map(|(n, v)| Some((n?, v)))
            .fold(problem, |p, (n, v)| p.header(n, v)));
    }
    request
        .extensions_mut()
        .insert(ctx.with_actor(Actor::ApiKey(key.id, key.scopes)));
    request.extensions_mut().insert(ApiCaller { key: key.id });
    Ok(headers)
}

/// Finds the directory of the bearer token, and counts its request. A token of another tenant is nobody's here.
pub(super) async fn directory(state: &AppState, request: &mut Request) -> Result<HeaderMap, Problem> {
    let token = bearer_text(request.headers()).and_then(ScimToken::parse);
    let token = token.ok_or_else(unauthenticated)?;
    let ctx = request
        .extensions()
        .get::<Ctx>()
        .cloned()
        .ok_or_else(Problem::not_found)?;
    let mut tx = state.db.begin(&ctx).await?;
    let found = scim::find_token(&mut tx, &token, ctx.now()).await?;
    tx.commit().await?;
    let found = found.ok_or_else(unauthenticated)?;
    let headers = state.rate.count((ctx.tenant, found.id.uuid()))?;
    request
        .extensions_mut()
        .insert(ctx.with_actor(Actor::Directory(found.id)));
    request.extensions_mut().insert(Directory(found.id));
    Ok(headers)
}

fn unauthenticated() -> Problem {
    Problem::new(Code::Unauthenticated).header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

/// Reads `Authorization: Bearer …` (RFC 6750 §2.1); a key in the address is never read.
fn bearer(headers: &HeaderMap) -> Option<ApiKeyToken> {
    ApiKeyToken::parse(bearer_text(headers)?)
}

fn bearer_text(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Browsers go to the log-in and come back; programs are told.
fn send_to_login(request: &Request, login: &str) -> Response {
    let accept = request
        .headers()
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("*/*");
    if accept.contains("json") && !accept.contains("text/html") {
        return unauthenticated().into_response();
    }
    let back = match *request.method() {
        Method::GET | Method::HEAD => request
            .uri()
            .path_and_query()
            .map_or("/", http::uri::PathAndQuery::as_str),
        _ => return Redirect::to(login).into_response(),
    };
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("next", back)
        .finish();
    Redirect::to(&format!("{login}?{query}")).into_response()
}

/// Tells whether a browser may be sent there after log-in: a path of this site below `root`.
pub fn local_path(to: &str, root: &str) -> bool {
    let is_below = to
        .strip_prefix(root)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    is_below && to.len() <= 2000 && to.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

/// Reads the token of the session cookie.
pub fn session_token(config: &HttpConfig, headers: &HeaderMap) -> Option<SessionToken> {
    let jar = CookieJar::from_headers(headers);
    SessionToken::parse(jar.get(cookie_name(config))?.value())
}

/// Makes the cookie of a new session: for this host alone, out of reach of scripts (RFC 6265bis §4.1.3).
pub fn session_cookie(config: &HttpConfig, token: &SessionToken) -> Cookie<'static> {
    bare_cookie(config, token.expose().clone())
}

/// Makes the cookie that removes the session from the browser.
pub fn no_session_cookie(config: &HttpConfig) -> Cookie<'static> {
    let mut cookie = bare_cookie(config, String::new());
    cookie.make_removal();
    cookie
}

fn bare_cookie(config: &HttpConfig, value: String) -> Cookie<'static> {
    host_cookie(config, (cookie_name(config), value))
}

/// Makes a cookie for this host alone, out of reach of scripts.
pub(super) fn host_cookie(config: &HttpConfig, (name, value): (&'static str, String)) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(!config.is_plain())
        .same_site(SameSite::Lax)
        .build()
}

/// Name of the cookie of a log-in that is half done.
pub fn step_cookie(config: &HttpConfig) -> &'static str {
    if config.is_plain() { "step" } else { "__Host-step" }
}

/// Browsers take the prefix `__Host-` only over TLS.
fn cookie_name(config: &HttpConfig) -> &'static str {
    if config.is_plain() { "session" } else { "__Host-session" }
}
