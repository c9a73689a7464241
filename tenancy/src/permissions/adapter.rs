//! Hands a tenant's rules to Casbin.
//!
//! The rules were read in the request's own `TenantTx` (`store`), so that the adapter itself
//! needs no connection; sqlx-adapter is built on another sqlx and would bypass the gate.
//! Rules are changed through the verbs of this module alone, never through Casbin.

use async_trait::async_trait;
use casbin::{Adapter, Filter, Model, error::AdapterError};

use super::policy::{Rules, domain, role, subject};

pub(super) struct RuleAdapter {
    rules: Rules,
}

#[derive(Debug, thiserror::Error)]
#[error("rules are not changed through Casbin")]
struct ReadOnly;

impl RuleAdapter {
    pub(super) const fn new(rules: Rules) -> Self {
        Self { rules }
    }

    fn load(&self, model: &mut dyn Model) {
        for (name, permission) in &self.rules.grants {
            let (resource, verb) = permission.resource_and_verb();
            insert(model, "p", vec![role(name), resource.to_owned(), verb.to_owned()]);
        }
        for (account, name, place) in &self.rules.memberships {
            insert(model, "g", vec![subject(*account), role(name), domain(*place)]);
        }
    }
}

fn insert(model: &mut dyn Model, section: &str, rule: Vec<String>) {
    let assertion = model
        .get_mut_model()
        .get_mut(section)
        .and_then(|kinds| kinds.get_mut(section));
    if let Some(assertion) = assertion {
        assertion.get_mut_policy().insert(rule);
    }
}

fn refuse<T>() -> casbin::Result<T> {
    Err(AdapterError(Box::new(ReadOnly)).into())
}

#[async_trait]
impl Adapter for RuleAdapter {
    async fn load_policy(&mut self, model: &mut dyn Model) -> casbin::Result<()> {
        self.load(model);
        Ok(())
    }

    async fn load_filtered_policy<'a>(&mut self, model: &mut dyn Model, _: Filter<'a>) -> casbin::Result<()> {
        self.load(model);
        Ok(())
    }

    async fn save_policy(&mut self, _: &mut dyn Model) -> casbin::Result<()> {
        refuse()
    }

    async fn clear_policy(&mut self) -> casbin::Result<()> {
        refuse()
    }

    fn is_filtered(&self) -> bool {
        false
    }

    async fn add_policy(&mut self, _: &str, _: &str, _: Vec<String>) -> casbin::Result<bool> {
        refuse()
    }

    async fn add_policies(&mut self, _: &str, _: &str, _: Vec<Vec<String>>) -> casbin::Result<bool> {
        refuse()
    }

    async fn remove_policy(&mut self, _: &str, _: &str, _: Vec<String>) -> casbin::Result<bool> {
        refuse()
    }

    async fn remove_policies(&mut self, _: &str, _: &str, _: Vec<Vec<String>>) -> casbin::Result<bool> {
        refuse()
    }

    async fn remove_filtered_policy(&mut self, _: &str, _: &str, _: usize, _: Vec<String>) -> casbin::Result<bool> {
        refuse()
    }
}
