//! What a map of groups would do to those who are known, before it is saved.

use bilten_kernel::SsoConnectionId;
use bilten_tenancy::{
    DbError, TenantTx,
    permissions::{self, Place},
};

use super::store;
use crate::connections::{GroupRole, roles_of};

/// How many people a map changes something for, by the groups of their last log-in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Effect {
    /// They get a role that they do not have.
    pub gain: u32,
    /// They have a role and keep none.
    pub lose: u32,
}

impl Effect {
    /// Tells whether it changes nothing for anybody.
    pub const fn is_none(self) -> bool {
        self.gain == 0 && self.lose == 0
    }
}

/// Counts whom a map would change something for.
///
/// # Errors
/// The database refused.
pub async fn preview(tx: &mut TenantTx, id: SsoConnectionId, map: &[GroupRole]) -> Result<Effect, DbError> {
    let mut effect = Effect::default();
    if map.is_empty() {
        return Ok(effect);
    }
    for (account, groups) in store::list_identities(tx, id).await? {
        let held = permissions::list_memberships(tx, account).await?;
        let held = held.into_iter().filter(|held| held.place == Place::Tenant);
        let held: Vec<String> = held.map(|held| held.role.to_string()).collect();
        let wanted = roles_of(map, &groups);
        effect.gain += u32::from(wanted.iter().any(|role| !held.contains(role)));
        effect.lose += u32::from(!held.is_empty() && wanted.is_empty());
    }
    Ok(effect)
}
