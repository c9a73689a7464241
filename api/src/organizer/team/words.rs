//! Names of roles, places and people, for the pages of the team.

use std::collections::BTreeMap;

use bilten_branding::views::console::{DutyPair, HeldRole, RoleLabel};
use bilten_core::catalog;
use bilten_kernel::{AccountId, Ctx, EventId, OrganizerId, ZoneName};
use bilten_sso::{scim, team::Member};
use bilten_tenancy::{
    DbError, TenantTx,
    permissions::{self, Duty, Membership, OwnRole, Place, RoleName},
};

use crate::organizer::figures;

/// Events that a form offers.
const MAX_EVENTS: u32 = 100;

/// Everything that has a name on these pages.
pub(super) struct Words {
    pub zone: ZoneName,
    pub own_roles: Vec<OwnRole>,
    pub organizers: Vec<(OrganizerId, String)>,
    pub events: Vec<(EventId, String)>,
    people: BTreeMap<AccountId, String>,
    /// Groups of the directory that give roles, by what roles are marked with.
    groups: BTreeMap<String, String>,
}

impl Words {
    /// Reads them: the tenant's own roles, its organizers, its events.
    pub(super) async fn read(
        ctx: &Ctx,
        tx: &mut TenantTx,
        zone: ZoneName,
        members: &[Member],
    ) -> Result<Self, DbError> {
        let own_roles = permissions::list_own_roles(tx).await?;
        let organizers = catalog::list_organizers(tx).await?;
        let page = catalog::list_events(ctx, tx, &catalog::EventFilter::default(), None, MAX_EVENTS).await?;
        let events = page.events.into_iter().map(|detail| detail.event);
        let sources = members
            .iter()
            .flat_map(|m| &m.memberships)
            .filter_map(|held| held.source.clone());
        Ok(Self {
            groups: scim::names_of_groups(tx, sources.collect()).await?,
            zone,
            own_roles,
            organizers: organizers.into_iter().map(|o| (o.id, o.name.to_string())).collect(),
            events: events.map(|event| (event.id, event.name.to_string())).collect(),
            people: members.iter().map(|m| (m.account, m.name.clone())).collect(),
        })
    }

    /// Names a role.
    pub(super) fn role(&self, role: RoleName) -> RoleLabel {
        match role {
            RoleName::BuiltIn(role) => RoleLabel {
                key: Some(format!("role-{role}")),
                name: String::new(),
            },
            RoleName::Own(id) => {
                let own = self.own_roles.iter().find(|role| role.id == id);
                RoleLabel {
                    key: None,
                    name: own.map(|role| role.name.clone()).unwrap_or_default(),
                }
            }
        }
    }

    /// Names a place; the whole tenant has no name. One that is not among those read is told by its id.
    pub(super) fn place(&self, place: Place) -> Option<String> {
        match place {
            Place::Tenant => None,
            Place::Organizer(id) => {
                let found = self.organizers.iter().find(|(known, _)| *known == id);
                Some(found.map_or_else(|| id.to_string(), |(_, name)| name.clone()))
            }
            Place::Event(id) => {
                let found = self.events.iter().find(|(known, _)| *known == id);
                Some(found.map_or_else(|| id.to_string(), |(_, name)| name.clone()))
            }
        }
    }

    /// Tells whether a place is one of those that were read; ids of nobody are not found by a foreign key.
    pub(super) fn knows(&self, place: Place) -> bool {
        match place {
            Place::Tenant => true,
            Place::Organizer(id) => self.organizers.iter().any(|(known, _)| *known == id),
            Place::Event(id) => self.events.iter().any(|(known, _)| *known == id),
        }
    }

    /// Names what somebody holds.
    pub(super) fn held(&self, ctx: &Ctx, membership: &Membership) -> HeldRole {
        let moment = |at| figures::moment(at, &self.zone);
        HeldRole {
            role: self.role(membership.role),
            place: self.place(membership.place),
            until: membership.expires_at.map(moment),
            is_over: !membership.is_alive_at(ctx.now()),
            given_by: membership.granted_by.and_then(|by| self.people.get(&by).cloned()),
            by_group: membership
                .source
                .as_ref()
                .map(|source| self.groups.get(source).cloned().unwrap_or_default()),
            since: Some(moment(membership.since)),
            withdraw_action: None,
        }
    }
}

/// Names pairs of duties.
pub(super) fn clashes(pairs: Vec<(Duty, Duty)>) -> Vec<DutyPair> {
    let key = |duty: Duty| format!("duty-{}", duty.name());
    let pairs = pairs.into_iter().map(|(one, other)| DutyPair {
        one: key(one),
        other: key(other),
    });
    pairs.collect()
}
