//! One tenant's policy: Casbin decides, its answers are compiled to sets.
//!
//! The model is RBAC with domains. A domain is an organizer, or `*` for the whole tenant; a
//! role held in `*` counts for every organizer. Equalities stand before `g()` in the matcher,
//! because Casbin walks the rules in order and `g()` is the dear part.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bilten_kernel::{AccountId, OrganizerId};
use casbin::{CoreApi, DefaultModel, Enforcer, MgmtApi, RbacApi};

use super::{Permission, PermissionSet, Rights, adapter::RuleAdapter};

const MODEL: &str = r#"
[request_definition]
r = sub, dom, obj, act

[policy_definition]
p = sub, obj, act

[role_definition]
g = _, _, _

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.obj == p.obj && r.act == p.act && (g(r.sub, p.sub, r.dom) || g(r.sub, p.sub, "*"))
"#;

/// Domain of roles that are held in the whole tenant.
const WHOLE_TENANT: &str = "*";

/// Rules of one tenant as they stand in the database.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Role and what it may do.
    pub grants: Vec<(String, Permission)>,
    /// Account, role and where it is held; `None` means the whole tenant.
    pub memberships: Vec<(AccountId, String, Option<OrganizerId>)>,
}

/// Policy of one tenant at one version.
pub struct Policy {
    enforcer: Enforcer,
    domains: HashMap<AccountId, Vec<OrganizerId>>,
    compiled: Mutex<HashMap<AccountId, Arc<Rights>>>,
}

impl std::fmt::Debug for Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Policy").finish_non_exhaustive()
    }
}

impl Policy {
    /// Builds the tenant's enforcer.
    ///
    /// # Errors
    /// When Casbin refuses the model or a rule.
    pub async fn build(rules: Rules) -> Result<Self, casbin::Error> {
        let mut domains: HashMap<AccountId, Vec<OrganizerId>> = HashMap::new();
        for (account, _, organizer) in &rules.memberships {
            let held_at = domains.entry(*account).or_default();
            held_at.extend(organizer.iter());
        }
        let model = DefaultModel::from_str(MODEL).await?;
        let enforcer = Enforcer::new(model, RuleAdapter::new(rules)).await?;
        Ok(Self {
            enforcer,
            domains,
            compiled: Mutex::default(),
        })
    }

    /// Returns the account's rights, compiled at the first asking. Unknown accounts have none.
    pub fn rights(&self, account: AccountId) -> Arc<Rights> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rights) = compiled.get(&account) {
            return Arc::clone(rights);
        }
        let Some(organizers) = self.domains.get(&account) else {
            // Not kept, so that asking for strangers does not fill the memory.
            return Arc::default();
        };
        let rights = Arc::new(self.compile(account, organizers));
        compiled.insert(account, Arc::clone(&rights));
        rights
    }

    /// Asks Casbin itself; the compiled sets must never answer otherwise.
    ///
    /// # Errors
    /// When the matcher cannot be evaluated.
    pub fn enforce(
        &self,
        account: AccountId,
        organizer: Option<OrganizerId>,
        permission: Permission,
    ) -> Result<bool, casbin::Error> {
        let (resource, verb) = permission.resource_and_verb();
        self.enforcer
            .enforce((subject(account), domain(organizer), resource, verb))
    }

    fn compile(&self, account: AccountId, organizers: &[OrganizerId]) -> Rights {
        let subject = subject(account);
        let whole = self.held_in(&subject, WHOLE_TENANT);
        let scoped = organizers
            .iter()
            .map(|organizer| (*organizer, self.held_in(&subject, &organizer.to_string())));
        Rights::new(whole, scoped)
    }

    fn held_in(&self, subject: &str, domain: &str) -> PermissionSet {
        self.enforcer
            .get_implicit_roles_for_user(subject, Some(domain))
            .into_iter()
            .flat_map(|role| self.enforcer.get_filtered_policy(0, vec![role]))
            .filter_map(|rule| match rule.as_slice() {
                [_, resource, verb] => Permission::find(&format!("{resource}.{verb}")),
                _ => None,
            })
            .collect()
    }
}

/// Names an account in the rules; the prefix keeps it apart from a role of the same text.
pub(super) fn subject(account: AccountId) -> String {
    format!("account:{account}")
}

/// Names a role in the rules.
pub(super) fn role(name: &str) -> String {
    format!("role:{name}")
}

/// Names the place where a role is held.
pub(super) fn domain(organizer: Option<OrganizerId>) -> String {
    organizer.map_or_else(|| WHOLE_TENANT.to_owned(), |id| id.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::permissions::{Scope, registry};

    fn account(n: u8) -> AccountId {
        AccountId::from_uuid(Uuid::from_u128(u128::from(n) + 1))
    }

    fn organizer(n: u8) -> OrganizerId {
        OrganizerId::from_uuid(Uuid::from_u128(u128::from(n) + 1))
    }

    fn any_rules() -> impl Strategy<Value = Rules> {
        let grant = (0u8..4, 0..registry().len())
            .prop_map(|(role, index)| (format!("role{role}"), registry()[index].permission));
        let membership = (0u8..4, 0u8..5, proptest::option::of(0u8..3))
            .prop_map(|(who, role, place)| (account(who), format!("role{role}"), place.map(organizer)));
        (
            proptest::collection::vec(grant, 0..40),
            proptest::collection::vec(membership, 0..10),
        )
            .prop_map(|(grants, memberships)| Rules { grants, memberships })
    }

    fn build(rules: Rules) -> Policy {
        tokio::runtime::Builder::new_current_thread()
            .build()
            .and_then(|runtime| runtime.block_on(Policy::build(rules)).map_err(std::io::Error::other))
            .expect("generated rules fit the model")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn compiled_sets_answer_as_casbin_does(rules in any_rules()) {
            let policy = build(rules);
            for who in (0..5).map(account) {
                let rights = policy.rights(who);
                for place in [None, Some(organizer(0)), Some(organizer(1)), Some(organizer(2)), Some(organizer(9))] {
                    let scope = place.map_or(Scope::Tenant, Scope::Organizer);
                    for entry in registry() {
                        let decided = policy.enforce(who, place, entry.permission).expect("the matcher is sound");
                        prop_assert_eq!(rights.allows(entry.permission, scope), decided);
                    }
                }
            }
        }
    }

    #[test]
    fn a_role_for_one_organizer_counts_nowhere_else() {
        let rules = Rules {
            grants: vec![("door_staff".into(), Permission::TicketScan)],
            memberships: vec![(account(0), "door_staff".into(), Some(organizer(0)))],
        };
        let rights = build(rules).rights(account(0));
        assert!(rights.allows(Permission::TicketScan, Scope::Organizer(organizer(0))));
        assert!(rights.allows(Permission::TicketScan, Scope::Anywhere));
        assert!(!rights.allows(Permission::TicketScan, Scope::Organizer(organizer(1))));
        assert!(!rights.allows(Permission::TicketScan, Scope::Tenant));
    }

    #[test]
    fn a_role_named_like_an_account_lends_nothing() {
        let name = account(1).to_string();
        let rules = Rules {
            grants: vec![(name.clone(), Permission::EventRead)],
            memberships: vec![(account(0), name, None)],
        };
        let policy = build(rules);
        assert!(policy.rights(account(0)).allows(Permission::EventRead, Scope::Tenant));
        assert_eq!(*policy.rights(account(1)), Rights::default());
    }
}
