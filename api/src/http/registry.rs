//! The registry of routes: a route exists because it is listed here, and in no other way.
//!
//! Each [`Route`] says who may call it; the gate (`gate.rs`) enforces that before the handler
//! runs, so no handler can forget it. Tests walk [`all`] and try every endpoint as a stranger, as
//! the staff of another tenant, and with unknown ids.
//!
//! To add a route: write the handler, then one line in the `routes()` of its face:
//! ```ignore
//! Route::post("/manage/orders/{id}/resends", Face::Organizer, Access::Staff(Permission::OrderResend), resends::create)
//!     .ids(&[("id", "order")])
//!     .repeats(Repeat::Harmless)
//! ```

use std::{collections::BTreeMap, fmt, sync::Arc};

use axum::{
    Router,
    handler::Handler,
    routing::{MethodFilter, MethodRouter, on},
};
use bilten_kernel::ApiScope;
use bilten_tenancy::permissions::Permission;
use http::Method;

use super::{AppState, figures::RouteFigures, gate};

/// Part of the program that a route belongs to; it decides on which hosts the route exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Face {
    /// Pages for buyers, on a tenant's hosts.
    Storefront,
    /// Console of a tenant's staff, on the tenant's hosts.
    Organizer,
    /// JSON API, on a tenant's hosts.
    V1,
    /// Notices of payment providers, on a tenant's hosts.
    Webhooks,
    /// Provisioning by the tenant's directory (SCIM), on the tenant's hosts.
    Scim,
    /// Notices of payment providers for all tenants, on the platform's host.
    Notices,
    /// Console of the operators, on the platform's host.
    Platform,
    /// Style sheets and scripts, on every host that exists.
    Assets,
    /// Probes, on every address whatever the host.
    Ops,
}

impl Face {
    /// Tells whether the answers are for programs, so that errors are problem+json.
    pub const fn is_for_programs(self) -> bool {
        matches!(self, Self::V1 | Self::Scim | Self::Webhooks | Self::Notices | Self::Ops)
    }

    const fn is_on(self, site: Site) -> bool {
        match self {
            Self::Storefront | Self::Organizer | Self::V1 | Self::Scim | Self::Webhooks => matches!(site, Site::Tenant),
            Self::Platform | Self::Notices => matches!(site, Site::Platform),
            Self::Assets => matches!(site, Site::Tenant | Site::Platform),
            Self::Ops => matches!(site, Site::Ops),
        }
    }
}

/// Kind of host that a router serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Site {
    /// Hosts of tenants.
    Tenant,
    /// The host of the operators.
    Platform,
    /// Any host, before it is looked at.
    Ops,
}

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Whoever has the signed link; the handler verifies the token in the path.
    Signed,
    /// Staff with this permission somewhere in the tenant; the use case checks the organizer.
    Staff(Permission),
    /// Any staff member who is logged in.
    Session,
    /// A program with a key of this scope.
    ApiScope(ApiScope),
    /// The tenant's directory with a token of its own.
    Directory,
    /// An operator who is logged in.
    Operator,
    /// Probes: no tenant, no person.
    Ops,
}

/// Why it does no harm that a request which changes something is sent twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// It touches neither money nor stock nor the door.
    Harmless,
    /// It takes the header `Idempotency-Key`; without one each request counts.
    Key,
    /// It is refused without the header `Idempotency-Key`.
    RequiredKey,
    /// Its form has a key of its own in the field `request_key`.
    FormKey,
    /// The thing is in a state that allows it once, or the form sets values and adds nothing.
    State,
}

/// What is known about a route, apart from its code.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about the route")]
pub struct RouteInfo {
    /// Method; GET answers HEAD as well.
    pub method: Method,
    /// Path template, such as `/orders/{id}`.
    pub path: &'static str,
    /// Part of the program.
    pub face: Face,
    /// Who may call it.
    pub access: Access,
    /// Parameters of the path that are ids, with the kind of thing each names.
    pub id_params: &'static [(&'static str, &'static str)],
    /// Goes on while the tenant is suspended.
    pub is_open_when_suspended: bool,
    /// Needs a session and no permission, and is there for an operator on a visit as well.
    pub is_open_on_visits: bool,
    /// Bytes that a body may have.
    pub body_limit: usize,
    /// What a repeated request does; every route that changes something must say so.
    pub repeat: Option<Repeat>,
    /// Only for staff who proved within the last minutes who they are; others do so first and come back.
    pub needs_fresh: bool,
    /// Open to who must set up a second factor before anything else.
    pub is_for_set_up: bool,
    /// The page is the same for everybody and kept in memory, unless one of these query parameters is given.
    pub shared: Option<&'static [&'static str]>,
    /// Its counters.
    pub figures: Arc<RouteFigures>,
}

/// A route with its handler.
pub struct Route {
    /// What is known about it.
    pub info: RouteInfo,
    handler: MethodRouter<AppState>,
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.info.fmt(f)
    }
}

/// Bytes that a body may have unless the route says otherwise.
pub const BODY_LIMIT: usize = 1024 * 1024;
/// Bytes of a form that anybody may send.
pub const ANONYMOUS_BODY_LIMIT: usize = 16 * 1024;

impl Route {
    /// Lists a route that reads.
    pub fn get<H, T>(path: &'static str, face: Face, access: Access, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        Self::new(Method::GET, MethodFilter::GET, (path, face, access), handler)
    }

    /// Lists a route that changes something.
    pub fn post<H, T>(path: &'static str, face: Face, access: Access, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        Self::new(Method::POST, MethodFilter::POST, (path, face, access), handler)
    }

    /// Lists a route that sets something.
    pub fn put<H, T>(path: &'static str, face: Face, access: Access, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        Self::new(Method::PUT, MethodFilter::PUT, (path, face, access), handler)
    }

    /// Lists a route that removes something.
    pub fn delete<H, T>(path: &'static str, face: Face, access: Access, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        Self::new(Method::DELETE, MethodFilter::DELETE, (path, face, access), handler)
    }

    /// Lists a route that changes parts of something.
    pub fn patch<H, T>(path: &'static str, face: Face, access: Access, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        Self::new(Method::PATCH, MethodFilter::PATCH, (path, face, access), handler)
    }

    /// Names the ids in the path: `(parameter, kind of thing)`.
    #[must_use]
    pub const fn ids(mut self, id_params: &'static [(&'static str, &'static str)]) -> Self {
        self.info.id_params = id_params;
        self
    }

    /// Keeps the route open while the tenant is suspended. Console, webhooks and API reads are so anyway.
    #[must_use]
    pub const fn open_when_suspended(mut self) -> Self {
        self.info.is_open_when_suspended = true;
        self
    }

    /// Opens a route that needs a session and no permission to operators on a visit. Others open by what the visit may do.
    #[must_use]
    pub const fn open_on_visits(mut self) -> Self {
        self.info.is_open_on_visits = true;
        self
    }

    /// Asks staff to have proved lately who they are: for money, people, log-ins and files with personal data.
    #[must_use]
    pub const fn fresh(mut self) -> Self {
        self.info.needs_fresh = true;
        self
    }

    /// Keeps the route open to who must set up a second factor before anything else.
    #[must_use]
    pub const fn for_set_up(mut self) -> Self {
        self.info.is_for_set_up = true;
        self
    }

    /// Says why a repeated request does no harm.
    #[must_use]
    pub const fn repeats(mut self, repeat: Repeat) -> Self {
        self.info.repeat = Some(repeat);
        self
    }

    /// Says that everybody gets the same page, unless one of these query parameters is given. The handler marks its
    /// answer with [`StaysTrue`](super::pages::StaysTrue).
    #[must_use]
    pub const fn shared(mut self, unless: &'static [&'static str]) -> Self {
        self.info.shared = Some(unless);
        self
    }

    /// Sets how many bytes a body may have.
    #[must_use]
    pub const fn body_limit(mut self, bytes: usize) -> Self {
        self.info.body_limit = bytes;
        self
    }

    fn new<H, T>(
        method: Method,
        filter: MethodFilter,
        (path, face, access): (&'static str, Face, Access),
        handler: H,
    ) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        let is_open_when_suspended = match face {
            Face::Storefront => false,
            Face::V1 => method == Method::GET,
            // Who leaves a closed shop leaves it too.
            Face::Organizer
            | Face::Scim
            | Face::Webhooks
            | Face::Notices
            | Face::Platform
            | Face::Assets
            | Face::Ops => true,
        };
        let repeat = (method == Method::GET).then_some(Repeat::Harmless);
        let info = RouteInfo {
            figures: Arc::new(RouteFigures::new(&method, path)),
            method,
            path,
            face,
            access,
            id_params: &[],
            is_open_when_suspended,
            is_open_on_visits: false,
            body_limit: match access {
                Access::Public | Access::Signed | Access::Ops => ANONYMOUS_BODY_LIMIT,
                Access::Staff(_) | Access::Session | Access::ApiScope(_) | Access::Directory | Access::Operator => {
                    BODY_LIMIT
                }
            },
            repeat,
            needs_fresh: false,
            is_for_set_up: false,
            shared: None,
        };
        Self {
            info,
            handler: on(filter, handler),
        }
    }
}

/// Lists every route of the program.
pub fn all() -> Vec<Route> {
    [
        super::ops::routes(),
        super::assets::routes(),
        super::icons::routes(),
        crate::storefront::routes(),
        crate::organizer::routes(),
        crate::platform::routes(),
        crate::v1::routes(),
        crate::scim::routes(),
        crate::webhooks::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Builds the router of one kind of host from the listed routes.
pub(super) fn router(site: Site, state: &AppState) -> Router<AppState> {
    let mut by_path: BTreeMap<&'static str, MethodRouter<AppState>> = BTreeMap::new();
    for route in all().into_iter().filter(|route| route.info.face.is_on(site)) {
        let path = route.info.path;
        let guarded = gate::guard(route.handler, route.info, state);
        let merged = match by_path.remove(path) {
            Some(others) => others.merge(guarded),
            None => guarded,
        };
        by_path.insert(path, merged);
    }
    by_path
        .into_iter()
        .fold(Router::new(), |router, (path, methods)| router.route(path, methods))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_route_is_listed_twice_and_every_id_stands_in_its_path() {
        let mut seen = HashSet::new();
        for Route { info, .. } in all() {
            let is_platform = matches!(info.face, Face::Platform | Face::Notices);
            assert!(seen.insert((info.method.clone(), info.path, is_platform)), "{info:?}");
            for (name, _) in info.id_params {
                assert!(info.path.contains(&format!("{{{name}}}")), "{info:?}");
            }
        }
    }

    #[test]
    fn whatever_changes_something_says_why_a_repetition_does_no_harm() {
        for Route { info, .. } in all() {
            let repeat = info
                .repeat
                .unwrap_or_else(|| panic!("say it with .repeats(…): {info:?}"));
            // A look-up is a POST because what is looked up is a secret that addresses would give away.
            let is_look_up = info.path.ends_with("/lookups") && matches!(repeat, Repeat::Harmless);
            let is_program = info.face == Face::V1 && info.method == Method::POST && !is_look_up;
            let has_header = matches!(repeat, Repeat::Key | Repeat::RequiredKey);
            assert_eq!(
                has_header, is_program,
                "each POST of the API that changes something takes Idempotency-Key: {info:?}"
            );
        }
    }

    #[test]
    fn access_fits_the_face() {
        for Route { info, .. } in all() {
            let fits = match info.access {
                Access::Public => info.face != Face::Ops,
                Access::Signed => info.face == Face::Storefront,
                Access::Staff(_) | Access::Session => info.face == Face::Organizer,
                Access::ApiScope(_) => info.face == Face::V1,
                Access::Directory => info.face == Face::Scim,
                Access::Operator => info.face == Face::Platform,
                Access::Ops => info.face == Face::Ops,
            };
            assert!(fits, "{info:?}");
            let is_for_staff = matches!(info.access, Access::Staff(_) | Access::Session);
            assert!(
                is_for_staff || !info.needs_fresh,
                "only staff can prove themselves: {info:?}"
            );
        }
    }
}
