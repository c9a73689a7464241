//! An identity provider of the shop's staff.

use bilten_api::http::registry::RouteInfo;
use bilten_kernel::{Ctx, Secret, SsoConnectionId, TenantId};
use bilten_sso::{
    connections::{self, Draft, Terms},
    saml::Metadata,
    saml_peers::Provider,
};
use bilten_tests::{Web, db, fakes::SamlIdp};
use sqlx::PgConnection;
use url::form_urlencoded;

/// Name of the provider of the SAML connections; nobody answers there.
const SAML_IDP: &str = "http://127.0.0.1:9/saml";

/// What the owner would send to a route about identity providers.
pub fn body(path: &str) -> Option<String> {
    Some(match path {
        "/manage/sso" | "/manage/sso/{id}" => {
            "guide=okta&name=Walk&issuer=https%3A%2F%2Fidp.example.com&client_id=walk&secret=walk".to_owned()
        }
        "/tenants/{id}/suspension" => "reason=walk".to_owned(),
        "/manage/sso/{id}/secret" => "secret=walk".to_owned(),
        "/manage/sso/{id}/groups" => "group=walk&role=door_staff".to_owned(),
        "/manage/sso/domains" | "/manage/sso/domains/verification" | "/manage/sso/domains/removal" => {
            "domain=walk.example".to_owned()
        }
        "/manage/sso/enforcement" => "connection=walk&first=walk&second=".to_owned(),
        "/sso/{id}/back-channel-logout" => "logout_token=walk".to_owned(),
        "/sso/{id}/saml/acs" => "SAMLResponse=walk".to_owned(),
        "/sso/{id}/saml/slo" => "SAMLRequest=walk".to_owned(),
        "/manage/sso/new/saml" => format!("name=Walk&metadata={}", described()),
        "/manage/sso/{id}/saml" => format!("metadata={}", described()),
        "/manage/sso/enforcement/end"
        | "/manage/sso/{id}/activation"
        | "/manage/sso/{id}/deactivation"
        | "/manage/sso/{id}/deletion" => String::new(),
        _ => return None,
    })
}

/// Tells whether an answer shows that the connection was found, although nobody answers at its provider.
pub fn speaks_of_provider(info: &RouteInfo, status: u16) -> bool {
    let is_log_in = info.path.starts_with("/manage/login/sso/") && matches!(status, 422 | 502);
    let is_notice = info.path.starts_with("/sso/") && matches!(status, 400 | 415);
    is_log_in || is_notice
}

/// Id of the one connection of a tenant.
pub fn id_in(tenant: TenantId) -> SsoConnectionId {
    SsoConnectionId::from_uuid(tenant.uuid())
}

/// Id of the tenant's SAML connection.
pub fn saml_id_in(tenant: TenantId) -> SsoConnectionId {
    SsoConnectionId::from_uuid(uuid::Uuid::from_u128(tenant.uuid().as_u128() ^ 1))
}

fn described() -> String {
    form_urlencoded::byte_serialize(SamlIdp::new(SAML_IDP).metadata().as_bytes()).collect()
}

async fn connect_saml(web: &Web, ctx: &Ctx, marker: &str) {
    let metadata = Metadata::read(SamlIdp::new(SAML_IDP).metadata().as_bytes()).unwrap();
    let draft = Draft {
        name: marker.to_owned(),
        issuer: SAML_IDP.to_owned(),
        client_id: marker.to_owned(),
        ..Draft::default()
    };
    let (terms, provider) = (Terms::read_saml(&draft).unwrap(), Provider::of(&metadata, None, None));
    let mut tx = web.state.db.begin(ctx).await.unwrap();
    let id = saml_id_in(ctx.tenant);
    connections::create_saml(&mut tx, ctx, (id, &terms, &provider))
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Sets connections up, of which the first is in use.
pub async fn connect(web: &Web, admin: &mut PgConnection, ctx: &Ctx, marker: &str) {
    let draft = Draft {
        guide: "okta".to_owned(),
        name: marker.to_owned(),
        issuer: "http://127.0.0.1:9".to_owned(),
        client_id: marker.to_owned(),
        ..Draft::default()
    };
    let terms = Terms::read(&draft, web.state.sso.oidc.egress()).unwrap();
    let id = id_in(ctx.tenant);
    let secret = Secret::new("secret".to_owned());
    let mut tx = web.state.db.begin(ctx).await.unwrap();
    connections::create(&mut tx, ctx, &web.state.sso.seal, (id, &terms, &secret))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    connect_saml(web, ctx, marker).await;
    let use_it = format!(
        "update bilten.sso_connections set state = 'active' where id = '{}'",
        id.uuid()
    );
    db::run(admin, &use_it).await;
}
