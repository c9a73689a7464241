//! Connected accounts, and the pages on which their owners tell Stripe who they are.

use serde_json::json;

use super::{
    Answer, Recorded, objects,
    world::{Account, Standing, World},
};

pub(super) fn create(world: &mut World, asked: &Recorded) -> Answer {
    if !asked.params["controller"].is_object() || asked.params["type"].is_string() {
        return objects::error(400, "invalid_request_error", "parameter_missing", Some("controller"));
    }
    let id = world.name("acct");
    let account = Account {
        params: asked.params.clone(),
        standing: Standing::Empty,
        bank: None,
    };
    world.accounts.insert(id.clone(), account);
    retrieve(world, &id)
}

pub(super) fn retrieve(world: &World, id: &str) -> Answer {
    if world.accounts.contains_key(id) {
        objects::complete::<stripe_shared::Account>(&world.account(id))
    } else {
        objects::error(403, "invalid_request_error", "account_invalid", None)
    }
}

pub(super) fn link(world: &mut World, asked: &Recorded) -> Answer {
    let account = asked.params["account"].as_str().unwrap_or_default();
    let has_addresses = ["refresh_url", "return_url"]
        .iter()
        .all(|name| asked.params[*name].is_string());
    if !world.accounts.contains_key(account) || !has_addresses {
        return objects::error(400, "invalid_request_error", "parameter_missing", Some("account"));
    }
    let name = world.name("link");
    let told = json!({
        "object": "account_link",
        "created": objects::CREATED,
        "expires_at": objects::CREATED + 300,
        "url": format!("{}/onboarding/{account}/{name}", world.base_url),
    });
    objects::complete::<stripe_connect::AccountLink>(&told)
}

pub(super) fn session(world: &mut World, asked: &Recorded) -> Answer {
    let account = asked.params["account"].as_str().unwrap_or_default();
    if !world.accounts.contains_key(account) || !asked.params["components"].is_object() {
        return objects::error(400, "invalid_request_error", "parameter_missing", Some("account"));
    }
    let name = world.name("accs_secret");
    let told = json!({
        "object": "account_session",
        "account": account,
        "client_secret": name,
        "components": {},
        "expires_at": objects::CREATED + 300,
        "livemode": false,
    });
    Answer {
        status: 200,
        body: told.to_string(),
    }
}
