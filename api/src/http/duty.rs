//! Who must have a second factor and has none when his time is up gets to the page on which he sets one up, and to nothing
//! else.

use axum::{
    extract::Request,
    response::{IntoResponse as _, Redirect, Response},
};
use bilten_sso::factors::Standing;

use super::extract::StaffSession;

/// Page on which a second factor is set up.
pub const FACTOR: &str = "/manage/account/factor";

/// Returns where somebody goes whose time is up.
pub(super) fn detour(request: &Request) -> Option<Response> {
    let session = request.extensions().get::<StaffSession>()?;
    let is_overdue = session.standing == Standing::Overdue;
    is_overdue.then(|| Redirect::to(FACTOR).into_response())
}
