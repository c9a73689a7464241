//! The directory of the walk's shop: a token, somebody, a group.

use bilten_api::http::registry::{Face, RouteInfo};
use bilten_kernel::{Ctx, ScimGroupId, ScimTokenId, ScimUserId};
use bilten_sso::{
    domains,
    scim::{self, Kind, Request, Shape},
};
use bilten_tests::Web;
use serde_json::{Value, json};

use super::fixture::{Caller, Shop, other};

pub struct Directory {
    pub token: String,
    token_id: ScimTokenId,
    user: ScimUserId,
    group: ScimGroupId,
    user_name: String,
}

impl Directory {
    pub async fn open(web: &Web, ctx: &Ctx, marker: &str) -> Self {
        let domain = format!("{marker}.example").parse().unwrap();
        let mut tx = web.state.db.begin(ctx).await.unwrap();
        domains::add(&mut tx, ctx, &domain).await.unwrap();
        domains::mark_verified(&mut tx, ctx, &domain).await.unwrap();
        let (token, secret) = scim::make_token(&mut tx, ctx, (marker, None)).await.unwrap();
        let request = Request {
            base: "",
            shape: &Shape::default(),
            if_match: None,
        };
        let mut make =
            async |kind: Kind, body: Value| scim::create(&mut tx, ctx, kind, (&request, &body)).await.unwrap().id;
        let user = make(Kind::User, json!({ "userName": format!("walk@{marker}.example") })).await;
        let group = make(
            Kind::Group,
            json!({ "displayName": marker, "members": [{ "value": user }] }),
        )
        .await;
        tx.commit().await.unwrap();
        Self {
            token: secret.expose().clone(),
            token_id: token.id,
            user: user.parse().unwrap(),
            group: group.parse().unwrap(),
            user_name: format!("walk@{marker}.example"),
        }
    }

    /// What a directory would send there; the same to each method.
    pub fn body(&self, info: &RouteInfo) -> Option<String> {
        Some(match info.path {
            "/scim/v2/Users/{id}" => json!({ "userName": self.user_name, "Operations": [] }).to_string(),
            "/scim/v2/Groups/{id}" => json!({ "displayName": "Walk", "Operations": [] }).to_string(),
            "/manage/scim/groups/{id}" => "role=viewer&confirmed=yes".to_owned(),
            "/manage/scim/tokens/{id}/revocation" => String::new(),
            _ => return None,
        })
    }

    pub fn own(&self, kind: Option<&str>) -> Option<String> {
        Some(match kind? {
            "scim_user" => self.user.to_string(),
            "scim_group" => self.group.to_string(),
            "scim_token" => self.token_id.to_string(),
            _ => return None,
        })
    }

    pub fn unknown(&self, kind: Option<&str>) -> Option<String> {
        Some(match kind? {
            "scim_user" => other(self.user).to_string(),
            "scim_group" => other(self.group).to_string(),
            "scim_token" => other(self.token_id).to_string(),
            _ => return None,
        })
    }
}

/// The key that programs use at a route.
pub fn key_for(shop: &Shop, info: &RouteInfo) -> Caller {
    match info.face {
        Face::Scim => Caller::Key(shop.team.directory.token.clone()),
        _ => shop.key(),
    }
}
