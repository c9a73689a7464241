//! An identity provider of the shop's staff.

use bilten_api::http::registry::RouteInfo;
use bilten_kernel::{Ctx, Secret, SsoConnectionId, TenantId};
use bilten_sso::connections::{self, Draft, Terms};
use bilten_tests::{Web, db};
use sqlx::PgConnection;

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
    let is_notice = info.path.starts_with("/sso/") && status == 415;
    is_log_in || is_notice
}

/// Id of the one connection of a tenant.
pub fn id_in(tenant: TenantId) -> SsoConnectionId {
    SsoConnectionId::from_uuid(tenant.uuid())
}

/// Sets a connection up that is in use.
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
    let use_it = format!(
        "update bilten.sso_connections set state = 'active' where id = '{}'",
        id.uuid()
    );
    db::run(admin, &use_it).await;
}
