//! Provisioning in the demo: one shop has a directory's token, two people of it and two of its groups.

use bilten_kernel::{Actor, Ctx, Timestamp};
use bilten_sso::scim::{self, Kind, Query, Request, ScimError, Shape};
use bilten_tenancy::{
    TenantTx,
    permissions::{Role, RoleName},
};
use serde_json::{Value, json};

use super::{ctx, sso};
use crate::http::AppState;

/// The shop.
pub const SHOP: &str = sso::SHOP;
/// Name of the token.
const TOKEN: &str = "Demo";

/// Makes what is missing, and a token in the place of the one of before; returns its secret.
pub async fn ensure(state: &AppState, now: Timestamp) -> anyhow::Result<Option<String>> {
    let Some(shop) = state.directory.find_by_slug(&SHOP.parse()?).await? else {
        return Ok(None);
    };
    sso::own_domain(state, shop.id, now).await?;
    let ctx = ctx(state, shop.id, now, 4_713);
    let mut tx = state.db.begin(&ctx).await?;
    for old in scim::list_tokens(&mut tx).await? {
        if old.name == TOKEN {
            scim::revoke_token(&mut tx, &ctx, old.id).await?;
        }
    }
    let (token, secret) = scim::make_token(&mut tx, &ctx, (TOKEN, None)).await?;
    let directory = ctx.clone().with_actor(Actor::Directory(token.id));
    let people = scim::list(&mut tx, Kind::User, &Query::default(), "").await?;
    if people.total == 0 {
        provision(&mut tx, &ctx, &directory).await?;
    }
    tx.commit().await?;
    Ok(Some(secret.expose().clone()))
}

async fn provision(tx: &mut TenantTx, ctx: &Ctx, directory: &Ctx) -> anyhow::Result<()> {
    let person = |local: &str, name: &str| json!({ "userName": format!("{local}@{SHOP}.example.com"), "displayName": name, "externalId": local });
    let first = make(tx, directory, Kind::User, &person("foaje", "Foajé")).await?;
    let second = make(tx, directory, Kind::User, &person("scene", "Scene")).await?;
    let group = |name: &str, members: &[&String]| {
        let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
        json!({ "displayName": name, "members": members })
    };
    let counter = make(tx, directory, Kind::Group, &group("Billettkontor", &[&first])).await?;
    make(tx, directory, Kind::Group, &group("Alle ansatte", &[&first, &second])).await?;
    scim::map(tx, ctx, counter.parse()?, &[RoleName::BuiltIn(Role::BoxOffice)]).await?;
    Ok(())
}

async fn make(tx: &mut TenantTx, ctx: &Ctx, kind: Kind, body: &Value) -> Result<String, ScimError> {
    let shape = Shape::default();
    let request = Request {
        base: "",
        shape: &shape,
        if_match: None,
    };
    Ok(scim::create(tx, ctx, kind, (&request, body)).await?.id)
}
