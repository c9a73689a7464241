//! Which groups at an identity provider give which roles here.

use bilten_kernel::{Ctx, SsoConnectionId};
use bilten_tenancy::{
    DbError, TenantTx, audit,
    permissions::{self, Grant, MembershipError, Place, Role, RoleName},
};
use serde_json::json;

use super::store;

/// Most rows of a connection's map.
pub const MAX_GROUP_ROLES: usize = 100;

/// A group gives a role, in the whole tenant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupRole {
    /// Name of the group, to the letter.
    pub group: String,
    /// Role.
    pub role: String,
}

impl GroupRole {
    /// Reads a row of the form; `None` when the role is unknown or the group has no usable name.
    pub fn read(group: &str, role: &str) -> Option<Self> {
        let group = group.trim();
        let is_fit = (1..=200).contains(&group.chars().count()) && !group.chars().any(char::is_control);
        let role = Role::find(role.trim()).filter(|role| !role.needs_end())?;
        is_fit.then(|| Self {
            group: group.to_owned(),
            role: role.name().to_owned(),
        })
    }
}

/// Lists the map of a connection.
///
/// # Errors
/// The database refused.
pub async fn group_roles(tx: &mut TenantTx, id: SsoConnectionId) -> Result<Vec<GroupRole>, DbError> {
    store::list_group_roles(tx, id).await
}

/// Why a map is not kept.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    /// Whoever maps a group to a role gives that role, and must hold what it holds.
    #[error("a role holds more than who would give it")]
    NotHeld,
    /// The database refused.
    #[error("could not keep the map")]
    Db(#[from] DbError),
}

/// Replaces the map of a connection; rows beyond [`MAX_GROUP_ROLES`] are left out.
///
/// # Errors
/// See [`MapError`].
pub async fn set_group_roles(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: SsoConnectionId,
    map: &[GroupRole],
) -> Result<(), MapError> {
    let map = map.get(..MAX_GROUP_ROLES).unwrap_or(map);
    for row in map {
        permit(tx, ctx, &row.role).await?;
    }
    store::delete_group_roles(tx, id).await?;
    store::insert_group_roles(tx, id, map).await?;
    let entry = audit::Entry {
        action: "sso_connection.groups_mapped",
        object: id.to_string(),
        details: json!({ "map": map.iter().map(|row| (&row.group, &row.role)).collect::<Vec<_>>() }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(())
}

/// Asks whether the actor may give this role to people whom he does not know yet.
pub(super) async fn permit(tx: &mut TenantTx, ctx: &Ctx, role: &str) -> Result<(), MapError> {
    let role = Role::find(role).ok_or(MapError::NotHeld)?;
    let grant = Grant {
        role: RoleName::BuiltIn(role),
        place: Place::Tenant,
        expires_at: None,
    };
    match permissions::permit(tx, ctx, &grant).await {
        Ok(()) => Ok(()),
        Err(MembershipError::Db(error)) => Err(error.into()),
        Err(_) => Err(MapError::NotHeld),
    }
}

/// Says which roles somebody of these groups has: each once, in order. Pure.
pub fn roles_of(map: &[GroupRole], groups: &[String]) -> Vec<String> {
    let mut roles: Vec<String> = map
        .iter()
        .filter(|row| groups.contains(&row.group))
        .map(|row| row.role.clone())
        .collect();
    roles.sort();
    roles.dedup();
    roles
}

pub(super) async fn forget(tx: &mut TenantTx, id: SsoConnectionId) -> Result<(), DbError> {
    store::delete_group_roles(tx, id).await
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(group: &str, role: &str) -> GroupRole {
        GroupRole::read(group, role).expect("a row")
    }

    #[test]
    fn groups_are_compared_to_the_letter_and_roles_must_exist() {
        let map = [
            row("Boss", "owner"),
            row("door", "door_staff"),
            row("Door", "door_staff"),
        ];
        let of = |groups: &[&str]| {
            let groups: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
            roles_of(&map, &groups)
        };
        assert_eq!(of(&["boss"]), Vec::<String>::new());
        assert_eq!(of(&["Boss", "door", "Door", "x"]), ["door_staff", "owner"]);
        assert_eq!(GroupRole::read("a", "king"), None);
        assert_eq!(GroupRole::read(" ", "owner"), None);
        assert_eq!(GroupRole::read("a\nb", "owner"), None);
    }

    proptest! {
        #[test]
        fn nobody_has_a_role_that_no_group_of_his_gives(
            map in proptest::collection::vec(("[a-c]{1,2}", 0_usize..6), 0..8),
            groups in proptest::collection::vec("[a-c]{1,2}", 0..5)
        ) {
            let map: Vec<GroupRole> = map.iter().map(|(group, at)| row(group, Role::ALL[*at].name())).collect();
            let roles = roles_of(&map, &groups);
            for role in &roles {
                prop_assert!(map.iter().any(|row| &row.role == role && groups.contains(&row.group)));
            }
            for entry in &map {
                prop_assert_eq!(groups.contains(&entry.group) && !roles.contains(&entry.role), false);
            }
            prop_assert!(roles.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}
