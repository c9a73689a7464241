//! Somebody of a shop's staff, logged in to its console without a browser.

use axum::body::Body;
use bilten_kernel::{AccountId, OrganizerId, TenantId};
use bilten_sso::SessionToken;
use bilten_tenancy::permissions::{self, Role};
use http::Request;
use url::form_urlencoded;

use crate::{Answer, TestApp, Web, db};

/// A living session.
#[derive(Debug, Clone)]
pub struct Clerk {
    /// Host without a port.
    pub host: String,
    /// Value of the session cookie.
    pub cookie: String,
    /// What forms of the session carry.
    pub csrf: String,
    /// Whose session it is.
    pub account: AccountId,
}

impl Clerk {
    /// Gives somebody new a role, everywhere or for one organizer, and starts a session without the dear hashing of a
    /// password.
    pub async fn hire(
        app: &TestApp,
        (tenant, host): (TenantId, &str),
        role: Role,
        organizer: Option<OrganizerId>,
    ) -> Self {
        let ctx = app.ctx(&app.alfa).in_tenant(tenant);
        let token = SessionToken::from_random(ctx.random());
        let csrf = data_encoding::HEXLOWER.encode(&ctx.random::<16>());
        let account: AccountId = ctx.new_id();
        let mut admin = app.test_db.admin().await;
        let now = format!("timestamptz '{}'", ctx.now());
        let (tenant, id) = (tenant.uuid(), account.uuid());
        let hash = data_encoding::HEXLOWER.encode(token.hash().as_bytes());
        db::run(
            &mut admin,
            &format!(
                "insert into bilten.accounts (tenant_id, id, email, email_norm, name, password_hash, created_at)
                 values ('{tenant}', '{id}', '{id}@example.org', '{id}@example.org', 'Walker', 'none', {now});
                 insert into bilten.sessions (tenant_id, token_hash, account_id, csrf_token, created_at, last_seen_at, expires_at)
                 values ('{tenant}', decode('{hash}', 'hex'), '{id}', '{csrf}', {now}, {now}, {now} + interval '7 days')"
            ),
        )
        .await;
        let mut tx = app.db.begin(&ctx).await.expect("the database is there");
        permissions::assign(&mut tx, &ctx, account, role, organizer)
            .await
            .expect("the role can be given");
        tx.commit().await.expect("a commit");
        Self {
            host: host.to_owned(),
            cookie: token.expose().clone(),
            csrf,
            account,
        }
    }
}

impl Web {
    /// Gets a page of the console.
    pub async fn look(&self, clerk: &Clerk, path: &str) -> Answer {
        let request = Request::get(path)
            .header("host", &clerk.host)
            .header("accept", "text/html")
            .header("cookie", format!("session={}", clerk.cookie));
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    /// Sends a form of the console, with the token of the session.
    pub async fn submit(&self, clerk: &Clerk, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("csrf", &clerk.csrf)
            .extend_pairs(fields)
            .finish();
        let request = Request::post(path)
            .header("host", &clerk.host)
            .header("accept", "text/html")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", format!("session={}", clerk.cookie));
        self.send(request.body(Body::from(body)).expect("a request")).await
    }
}
