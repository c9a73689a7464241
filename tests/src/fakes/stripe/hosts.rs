//! Hosts on which wallets are offered.

use serde_json::{Value, json};

use super::{
    Answer, Recorded,
    objects::{self, CREATED},
    world::World,
};

/// A host of an account.
#[derive(Debug, Clone)]
pub(super) struct Host {
    pub id: String,
    pub account: Option<String>,
    pub name: String,
}

pub(super) fn list(world: &World, asked: &Recorded) -> Answer {
    let wanted = |host: &&Host| host.account == asked.account && asked.params["domain_name"] == host.name.as_str();
    let found: Vec<Value> = world
        .hosts
        .iter()
        .filter(wanted)
        .map(|host| show(world, host))
        .collect();
    objects::list("/v1/payment_method_domains", &found)
}

pub(super) fn create(world: &mut World, asked: &Recorded) -> Answer {
    let name = asked.params["domain_name"].as_str().unwrap_or_default().to_owned();
    let is_known = |host: &Host| host.account == asked.account && host.name == name;
    if name.is_empty() || world.hosts.iter().any(is_known) {
        return objects::error(
            400,
            "invalid_request_error",
            "resource_already_exists",
            Some("domain_name"),
        );
    }
    let host = Host {
        id: world.name("pmd"),
        account: asked.account.clone(),
        name,
    };
    world.hosts.push(host.clone());
    told(world, &host)
}

pub(super) fn validate(world: &World, asked: &Recorded, id: &str) -> Answer {
    let found = world
        .hosts
        .iter()
        .find(|host| host.id == id && host.account == asked.account);
    match found {
        Some(host) => told(world, host),
        None => objects::error(
            404,
            "invalid_request_error",
            "resource_missing",
            Some("payment_method_domain"),
        ),
    }
}

fn told(world: &World, host: &Host) -> Answer {
    Answer {
        status: 200,
        body: show(world, host).to_string(),
    }
}

fn show(world: &World, host: &Host) -> Value {
    let is_reachable = !world.unreachable_hosts.contains(&host.name);
    let wallet = |is_active: bool| {
        let details = (!is_active).then(|| json!({ "error_message": "The host does not answer." }));
        json!({ "status": if is_active { "active" } else { "inactive" }, "status_details": details })
    };
    json!({
        "id": host.id, "object": "payment_method_domain", "created": CREATED, "domain_name": host.name, "enabled": true,
        "livemode": false, "amazon_pay": wallet(false), "apple_pay": wallet(is_reachable), "google_pay": wallet(is_reachable),
        "klarna": wallet(false), "link": wallet(is_reachable), "paypal": wallet(false),
    })
}
