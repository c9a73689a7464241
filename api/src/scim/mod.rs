//! SCIM 2.0 for the tenant's directory (RFC 7644): people, groups, searches, many at once, and what we can do.
//!
//! A directory proves itself with a bearer token in each request, so that none of this is a form. Answers and errors have the
//! shapes of the RFC; each request is noted for whoever sets the directory up.

mod answer;
mod body;
mod bulk;
mod call;
mod discovery;
mod resources;
mod search;

pub use answer::error_body;
pub use call::{Directory, base_of};

use crate::http::registry::{Access, Face, Repeat, Route};

/// Where the face begins.
pub const ROOT: &str = "/scim/v2";
/// Bytes of a body at most.
const BODY_LIMIT: usize = 1024 * 1024;

/// Operations of one request for many at most.
const MAX_BULK: usize = 500;

const USER: &[(&str, &str)] = &[("id", "scim_user")];
const GROUP: &[(&str, &str)] = &[("id", "scim_group")];

/// Lists the routes of this face.
pub fn routes() -> Vec<Route> {
    let (face, access) = (Face::Scim, Access::Directory);
    let changes = |route: Route| route.body_limit(BODY_LIMIT).repeats(Repeat::State);
    let reads = |route: Route| route.body_limit(BODY_LIMIT).repeats(Repeat::Harmless);
    vec![
        Route::get("/scim/v2/ServiceProviderConfig", face, access, discovery::config),
        Route::get("/scim/v2/Schemas", face, access, discovery::schemas),
        Route::get("/scim/v2/Schemas/{name}", face, access, discovery::schema),
        Route::get("/scim/v2/ResourceTypes", face, access, discovery::types),
        Route::get("/scim/v2/ResourceTypes/{name}", face, access, discovery::of_type),
        changes(Route::post("/scim/v2/Bulk", face, access, bulk::all)),
        reads(Route::post("/scim/v2/.search", face, access, search::all)),
        Route::get("/scim/v2/Users", face, access, search::users),
        reads(Route::post(
            "/scim/v2/Users/.search",
            face,
            access,
            search::users_by_post,
        )),
        changes(Route::post("/scim/v2/Users", face, access, resources::create_user)),
        Route::get("/scim/v2/Users/{id}", face, access, resources::get_user).ids(USER),
        changes(Route::put("/scim/v2/Users/{id}", face, access, resources::replace_user).ids(USER)),
        changes(Route::patch("/scim/v2/Users/{id}", face, access, resources::patch_user).ids(USER)),
        changes(Route::delete("/scim/v2/Users/{id}", face, access, resources::delete_user).ids(USER)),
        Route::get("/scim/v2/Groups", face, access, search::groups),
        reads(Route::post(
            "/scim/v2/Groups/.search",
            face,
            access,
            search::groups_by_post,
        )),
        changes(Route::post("/scim/v2/Groups", face, access, resources::create_group)),
        Route::get("/scim/v2/Groups/{id}", face, access, resources::get_group).ids(GROUP),
        changes(Route::put("/scim/v2/Groups/{id}", face, access, resources::replace_group).ids(GROUP)),
        changes(Route::patch("/scim/v2/Groups/{id}", face, access, resources::patch_group).ids(GROUP)),
        changes(Route::delete("/scim/v2/Groups/{id}", face, access, resources::delete_group).ids(GROUP)),
    ]
}
