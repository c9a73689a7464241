//! Rules for the log-ins of all staff. They are the tenant's, so the permission is asked for in the whole tenant.

mod factors;
mod limits;
mod show;

use bilten_tenancy::permissions::Permission;

use crate::http::registry::{Access, Face, Repeat, Route};

/// Page of the rules.
pub(crate) const SECURITY: &str = "/manage/security";
const SESSIONS: &str = "/manage/security/sessions";
const FACTORS: &str = "/manage/security/factors";
const RECOVERIES: &str = "/manage/security/recoveries";

/// Whoever decides about staff decides about how they log in.
const PERMISSION: Permission = Permission::RoleManage;

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Organizer, Access::Staff(PERMISSION));
    vec![
        Route::get(SECURITY, face, access, show::show),
        Route::post(SESSIONS, face, access, limits::save)
            .fresh()
            .repeats(Repeat::State),
        Route::post(FACTORS, face, access, factors::save)
            .fresh()
            .repeats(Repeat::State),
        Route::post(RECOVERIES, face, access, factors::decide)
            .fresh()
            .repeats(Repeat::State),
    ]
}
