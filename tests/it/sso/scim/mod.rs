//! Provisioning by a directory: an honest one, those of Entra and Okta with their ways, one by others, and one that attacks.

mod basics;
mod bulk;
mod changes;
mod covered;
mod effects;
mod filters;
mod nodes;
mod peer;

use axum::body::Body;
use bilten_kernel::{AccountId, ApiScopes, Ctx, ScimUserId, TenantId};
use bilten_sso::{
    SessionToken, accounts,
    domains::{self, Domain},
    scim::{self, MapError, ScimToken},
};
use bilten_tenancy::permissions::{self, Role, RoleName};
use bilten_tests::{Answer, Clerk, Shopkeeper, TestApp, Web};
use http::{Method, Request};
use serde_json::{Value, json};

/// Mail domain that the first shop has proved to be its own.
const DOMAIN: &str = "opera.example";

/// Two shops, each with a directory.
struct Rig {
    app: TestApp,
    web: Web,
    shop: Shopkeeper,
    other: Shopkeeper,
    owner: Clerk,
    token: String,
    other_token: String,
}

impl Rig {
    async fn new() -> Self {
        Self::with_settings(&[]).await
    }

    async fn with_settings(settings: &[(&str, &str)]) -> Self {
        let app = TestApp::start().await;
        let web = Web::with_settings(&app, settings);
        Self::on(app, web).await
    }

    async fn on(app: TestApp, web: Web) -> Self {
        let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
        let other = web.open_shop(&app, "sor", ApiScopes::all()).await;
        let owner = Clerk::hire(&app, (shop.id, &shop.host), Role::Owner, None).await;
        own_domain(&app, shop.id, DOMAIN).await;
        own_domain(&app, other.id, "sor.example").await;
        Self {
            token: make_token(&app, shop.id, "Entra").await,
            other_token: make_token(&app, other.id, "Okta").await,
            app,
            web,
            shop,
            other,
            owner,
        }
    }

    fn ctx(&self) -> Ctx {
        self.app.ctx_in(self.shop.id)
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.send_with(method, path, body, &[]).await
    }

    async fn send_with(&self, method: Method, path: &str, body: Option<&Value>, headers: &[(&str, &str)]) -> Answer {
        let request = request((&self.shop.host, &self.token), method, path, body);
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value));
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.web.send(request.body(body).unwrap()).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    async fn patch(&self, path: &str, operations: &Value) -> Answer {
        let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations });
        self.send(Method::PATCH, path, Some(&body)).await
    }

    async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Provisions somebody of the domain; returns his id.
    async fn hire(&self, name: &str) -> String {
        let made = self
            .post("/Users", &json!({ "userName": format!("{name}@{DOMAIN}") }))
            .await;
        made.expect(201)["id"].as_str().unwrap().to_owned()
    }

    /// Makes a group with these members; returns its id.
    async fn group(&self, name: &str, members: &[&str]) -> String {
        let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
        let made = self
            .post("/Groups", &json!({ "displayName": name, "members": members }))
            .await;
        made.expect(201)["id"].as_str().unwrap().to_owned()
    }

    /// The account of somebody.
    async fn account(&self, id: &str) -> AccountId {
        let id: ScimUserId = id.parse().unwrap();
        let mut admin = self.app.test_db.admin().await;
        let found = sqlx::query_scalar("select account_id from bilten.scim_users where id = $1");
        AccountId::from_uuid(found.bind(id.uuid()).fetch_one(&mut admin).await.unwrap())
    }

    /// Mail address of somebody's account.
    async fn email(&self, id: &str) -> String {
        let account = self.account(id).await;
        let mut tx = self.app.db.begin(&self.ctx()).await.unwrap();
        let found = accounts::find(&mut tx, account).await.unwrap().unwrap();
        tx.rollback().await.unwrap();
        found.email
    }

    /// A session of an account; the value of its cookie.
    async fn session_of(&self, account: AccountId) -> String {
        let ctx = self.ctx();
        let token = SessionToken::from_random(ctx.random());
        let hash = data_encoding::HEXLOWER.encode(token.hash().as_bytes());
        let (now, tenant) = (ctx.now(), self.shop.id.uuid());
        let insert = format!(
            "insert into bilten.sessions (tenant_id, token_hash, account_id, csrf_token, created_at, last_seen_at, expires_at)
             values ('{tenant}', decode('{hash}', 'hex'), '{}', 'x', '{now}', '{now}', timestamptz '{now}' + interval '1 day')",
            account.uuid()
        );
        bilten_tests::db::run(&mut self.app.test_db.admin().await, &insert).await;
        token.expose().clone()
    }

    /// Roles of somebody in the whole tenant, each with what gives it.
    async fn roles(&self, id: &str) -> Vec<(String, Option<String>)> {
        let account = self.account(id).await;
        let mut tx = self.app.db.begin(&self.ctx()).await.unwrap();
        let held = permissions::list_memberships(&mut tx, account).await.unwrap();
        tx.rollback().await.unwrap();
        let mut roles: Vec<_> = held
            .into_iter()
            .map(|held| (held.role.to_string(), held.source))
            .collect();
        // Ids of one instant are in no order.
        roles.sort();
        roles
    }

    /// Says what a group gives.
    async fn map(&self, group: &str, roles: &[Role]) -> Result<(), MapError> {
        let ctx = self.ctx();
        let mut tx = self.app.db.begin(&ctx).await.unwrap();
        let roles: Vec<RoleName> = roles.iter().map(|role| RoleName::BuiltIn(*role)).collect();
        let done = scim::map(&mut tx, &ctx, group.parse().unwrap(), &roles).await;
        match done {
            Ok(()) => tx.commit().await.unwrap(),
            Err(_) => tx.rollback().await.unwrap(),
        }
        done
    }

    /// How many members a group has.
    async fn members(&self, group: &str) -> usize {
        let group = self.get(&format!("/Groups/{group}")).await.expect(200);
        group["members"].as_array().map_or(0, Vec::len)
    }

    /// Ids of the people whom a filter finds.
    async fn found(&self, filter: &str) -> Vec<String> {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("filter", filter)
            .finish();
        let found = self.get(&format!("/Users?{query}")).await.expect(200);
        let resources = found["Resources"].as_array().unwrap();
        resources
            .iter()
            .map(|user| user["userName"].as_str().unwrap().to_owned())
            .collect()
    }
}

fn request((host, token): (&str, &str), method: Method, path: &str, body: Option<&Value>) -> http::request::Builder {
    let request = Request::builder()
        .method(method)
        .uri(format!("/scim/v2{path}"))
        .header("host", host)
        .header("authorization", format!("Bearer {token}"));
    match body {
        Some(_) => request.header("content-type", "application/scim+json"),
        None => request,
    }
}

/// Checks that a request was refused with this status and keyword.
#[track_caller]
fn refused(answer: &Answer, status: u16, kind: Option<&str>) -> String {
    let body = answer.expect(status);
    assert_eq!(
        body["schemas"],
        json!(["urn:ietf:params:scim:api:messages:2.0:Error"]),
        "{}",
        answer.text
    );
    assert_eq!(body["status"], status.to_string());
    assert_eq!(body["scimType"].as_str(), kind, "{}", answer.text);
    body["detail"].as_str().unwrap().to_owned()
}

async fn own_domain(app: &TestApp, tenant: TenantId, domain: &str) {
    let ctx = app.ctx_in(tenant);
    let domain: Domain = domain.parse().unwrap();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    domains::add(&mut tx, &ctx, &domain).await.unwrap();
    domains::mark_verified(&mut tx, &ctx, &domain).await.unwrap();
    tx.commit().await.unwrap();
}

async fn make_token(app: &TestApp, tenant: TenantId, name: &str) -> String {
    let ctx = app.ctx_in(tenant);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let (_, secret): (_, ScimToken) = scim::make_token(&mut tx, &ctx, (name, None)).await.unwrap();
    tx.commit().await.unwrap();
    secret.expose().clone()
}
