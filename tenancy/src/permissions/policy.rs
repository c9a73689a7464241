//! One tenant's policy: Casbin decides, its answers are compiled to sets.
//!
//! The model is RBAC with domains. A domain is an event, an organizer, or `*` for the whole tenant; a role held in `*`
//! counts everywhere, one of an organizer for all his events. Equalities stand before `g()` in the matcher, because
//! Casbin walks the rules in order and `g()` is the dear part.
//!
//! A policy holds only what counts at the moment of its making, and knows when the next role ends: from then on it is
//! asked for nothing any more ([`Policy::is_valid_at`]).

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use bilten_kernel::{AccountId, EventId, OrganizerId, Timestamp};
use casbin::{CoreApi, DefaultModel, Enforcer, MgmtApi, RbacApi};

use super::{Permission, PermissionSet, Place, Rights, adapter::RuleAdapter};

const MODEL: &str = r#"
[request_definition]
r = sub, org, event, obj, act

[policy_definition]
p = sub, obj, act

[role_definition]
g = _, _, _

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.obj == p.obj && r.act == p.act && (g(r.sub, p.sub, "*") || g(r.sub, p.sub, r.org) || g(r.sub, p.sub, r.event))
"#;

/// Domain of roles that are held in the whole tenant.
const WHOLE_TENANT: &str = "*";

/// Rules of one tenant as they stand in the database.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Role and what it may do.
    pub grants: Vec<(String, Permission)>,
    /// Account, role and where it is held.
    pub memberships: Vec<(AccountId, String, Place)>,
    /// When the next of the memberships ends.
    pub valid_until: Option<Timestamp>,
}

/// Policy of one tenant at one version.
pub struct Policy {
    enforcer: Enforcer,
    places: HashMap<AccountId, BTreeSet<Place>>,
    valid_until: Option<Timestamp>,
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
        let mut places: HashMap<AccountId, BTreeSet<Place>> = HashMap::new();
        for (account, _, place) in &rules.memberships {
            places.entry(*account).or_default().insert(*place);
        }
        let valid_until = rules.valid_until;
        let model = DefaultModel::from_str(MODEL).await?;
        let enforcer = Enforcer::new(model, RuleAdapter::new(rules)).await?;
        Ok(Self {
            enforcer,
            places,
            valid_until,
            compiled: Mutex::default(),
        })
    }

    /// Tells whether no role has ended since the policy was made.
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        self.valid_until.is_none_or(|end| now < end)
    }

    /// Returns when the next role in it ends.
    pub const fn valid_until(&self) -> Option<Timestamp> {
        self.valid_until
    }

    /// Returns the account's rights, compiled at the first asking. Unknown accounts have none.
    pub fn rights(&self, account: AccountId) -> Arc<Rights> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rights) = compiled.get(&account) {
            return Arc::clone(rights);
        }
        let Some(places) = self.places.get(&account) else {
            // Not kept, so that asking for strangers does not fill the memory.
            return Arc::default();
        };
        let rights = Arc::new(self.compile(account, places));
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
        (organizer, event): (Option<OrganizerId>, Option<EventId>),
        permission: Permission,
    ) -> Result<bool, casbin::Error> {
        let (resource, verb) = permission.resource_and_verb();
        let organizer = domain(organizer.map_or(Place::Tenant, Place::Organizer));
        let event = domain(event.map_or(Place::Tenant, Place::Event));
        self.enforcer
            .enforce((subject(account), organizer, event, resource, verb))
    }

    fn compile(&self, account: AccountId, places: &BTreeSet<Place>) -> Rights {
        let subject = subject(account);
        let whole = self.held_in(&subject, WHOLE_TENANT);
        let places = places
            .iter()
            .map(|place| (*place, self.held_in(&subject, &domain(*place))));
        Rights::new(whole, places)
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
pub(super) fn domain(place: Place) -> String {
    match place {
        Place::Tenant => WHOLE_TENANT.to_owned(),
        Place::Organizer(organizer) => organizer.to_string(),
        Place::Event(event) => event.to_string(),
    }
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

    fn event(n: u8) -> EventId {
        EventId::from_uuid(Uuid::from_u128(u128::from(n) + 1))
    }

    fn any_place() -> impl Strategy<Value = Place> {
        prop_oneof![
            Just(Place::Tenant),
            (0u8..3).prop_map(|n| Place::Organizer(organizer(n))),
            (0u8..3).prop_map(|n| Place::Event(event(n))),
        ]
    }

    fn any_rules() -> impl Strategy<Value = Rules> {
        let grant = (0u8..4, 0..registry().len())
            .prop_map(|(role, index)| (format!("role{role}"), registry()[index].permission));
        let membership =
            (0u8..4, 0u8..5, any_place()).prop_map(|(who, role, place)| (account(who), format!("role{role}"), place));
        (
            proptest::collection::vec(grant, 0..40),
            proptest::collection::vec(membership, 0..10),
        )
            .prop_map(|(grants, memberships)| Rules {
                grants,
                memberships,
                valid_until: None,
            })
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
                let (someone, elsewhere) = (Some(organizer(0)), Some(organizer(9)));
                for (organizer, event) in [
                    (None, None),
                    (someone, None),
                    (elsewhere, None),
                    (someone, Some(event(0))),
                    (elsewhere, Some(event(1))),
                    (elsewhere, Some(event(9))),
                ] {
                    let scope = match (organizer, event) {
                        (Some(organizer), Some(event)) => Scope::Event(organizer, event),
                        (Some(organizer), None) => Scope::Organizer(organizer),
                        (None, _) => Scope::Tenant,
                    };
                    for entry in registry() {
                        let decided = policy.enforce(who, (organizer, event), entry.permission);
                        let decided = decided.expect("the matcher is sound");
                        prop_assert_eq!(rights.allows(entry.permission, scope), decided);
                    }
                }
            }
        }
    }

    /// A hundred thousand small policies that know nothing of each other, twenty to an enforcer because making one is the
    /// dear part. More of them: `BILTEN_POLICIES=1000000 cargo nextest run --workspace --lib -E 'test(small_policies)'`.
    #[test]
    fn many_small_policies_are_compiled_as_casbin_decides_them() {
        const GROUP: u8 = 20;
        let wanted = std::env::var_os("BILTEN_POLICIES").and_then(|text| text.into_string().ok()?.parse().ok());
        let groups = wanted.unwrap_or(100_000_u64) / u64::from(GROUP);
        let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
        // A linear generator (Knuth); its upper bits are even enough for choosing.
        let mut roll = |sides: usize| {
            dice = dice
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(dice >> 33).unwrap_or(0) % sides
        };
        let places = [
            Place::Tenant,
            Place::Organizer(organizer(0)),
            Place::Organizer(organizer(1)),
            Place::Event(event(0)),
            Place::Event(event(1)),
        ];
        for _ in 0..groups {
            let mut rules = Rules::default();
            let mut asked = Vec::new();
            for who in 0..GROUP {
                for _ in 0..=roll(2) {
                    let permission = registry()[roll(registry().len())].permission;
                    rules.grants.push((format!("role{who}_{}", roll(2)), permission));
                    asked.push((who, permission));
                }
                for _ in 0..=roll(2) {
                    let role = format!("role{who}_{}", roll(2));
                    rules.memberships.push((account(who), role, places[roll(places.len())]));
                }
            }
            let policy = build(rules);
            for (who, permission) in asked {
                let (holder, evening) = (organizer(0), event(1));
                let (organizer, event, scope) = match roll(3) {
                    0 => (None, None, Scope::Tenant),
                    1 => (Some(holder), None, Scope::Organizer(holder)),
                    _ => (Some(holder), Some(evening), Scope::Event(holder, evening)),
                };
                let decided = policy.enforce(account(who), (organizer, event), permission);
                let held = policy.rights(account(who)).allows(permission, scope);
                assert_eq!(held, decided.expect("the matcher is sound"), "{permission:?} {scope:?}");
            }
        }
    }

    #[test]
    fn a_role_for_one_organizer_counts_nowhere_else() {
        let rules = Rules {
            grants: vec![("door_staff".into(), Permission::TicketScan)],
            memberships: vec![(account(0), "door_staff".into(), Place::Organizer(organizer(0)))],
            valid_until: None,
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
            memberships: vec![(account(0), name, Place::Tenant)],
            valid_until: None,
        };
        let policy = build(rules);
        assert!(policy.rights(account(0)).allows(Permission::EventRead, Scope::Tenant));
        assert_eq!(*policy.rights(account(1)), Rights::default());
    }
}
