//! Organizers: who holds events inside a tenant.

use bilten_kernel::{Ctx, OrganizerId, Slug};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{Line, store::organizers as store};

/// Who holds events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organizer {
    /// Identifies the organizer.
    pub id: OrganizerId,
    /// Name in addresses, unique in the tenant.
    pub slug: Slug,
    /// Name.
    pub name: Line<1, 120>,
}

/// What a new organizer needs.
#[derive(Debug, Clone)]
pub struct NewOrganizer {
    /// Name in addresses.
    pub slug: Slug,
    /// Name.
    pub name: Line<1, 120>,
}

/// Failure to create an organizer.
#[derive(Debug, thiserror::Error)]
pub enum OrganizerError {
    /// Another organizer has this slug.
    #[error("the slug is taken")]
    SlugTaken,
    /// The database refused.
    #[error("could not create the organizer")]
    Db(#[from] DbError),
}

/// Creates an organizer.
///
/// # Errors
/// See [`OrganizerError`].
pub async fn create_organizer(ctx: &Ctx, tx: &mut TenantTx, new: NewOrganizer) -> Result<Organizer, OrganizerError> {
    let organizer = Organizer {
        id: ctx.new_id(),
        slug: new.slug,
        name: new.name,
    };
    if !store::insert(tx, &organizer, ctx.now()).await? {
        return Err(OrganizerError::SlugTaken);
    }
    let entry = audit::Entry {
        action: "organizer.created",
        object: organizer.id.to_string(),
        details: json!({ "slug": organizer.slug }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(organizer)
}

/// Lists the tenant's organizers, the first one made first.
///
/// # Errors
/// The database refused.
pub async fn list_organizers(tx: &mut TenantTx) -> Result<Vec<Organizer>, DbError> {
    store::list(tx).await
}
