//! Every route of the console, as an operator on a visit.

use std::collections::BTreeSet;

use axum::body::Body;
use bilten_api::http::registry::{self, Access, Face};
use bilten_kernel::{VisitPower, VisitPowers};
use bilten_tenancy::permissions::{NEVER_OF_VISITS, Permission, of_visit};
use bilten_tests::{Clerk, report};
use http::{Method, Request};
use jiff::SignedDuration;

use super::Stage;

/// Puts ids of nobody into the path.
fn path_of(template: &str) -> String {
    let parts = template.split('/').map(|part| {
        if part.starts_with('{') {
            "evt_00000000000000000000000000"
        } else {
            part
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

async fn call(stage: &Stage, visitor: &Clerk, method: &Method, path: &str) -> u16 {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", &visitor.host)
        .header("accept", "text/html")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", format!("session={}", visitor.cookie));
    let body = Body::from(format!("csrf={}", visitor.csrf));
    stage.web.send(request.body(body).unwrap()).await.status.as_u16()
}

/// V19, V21. The gate opens exactly what the visit holds, which the tenant's record shows; and whatever the gate opens to a
/// visit that only looks reads.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_route_opens_as_far_as_the_visit_goes() {
    let stage = Stage::open().await;
    let (mut opened, mut refused) = (0, 0);
    for powers in [&[][..], &["persons", "events", "orders"]] {
        let (id, visitor) = stage.visitor(powers).await;
        let set: VisitPowers = VisitPower::ALL
            .into_iter()
            .filter(|p| powers.contains(&p.name()))
            .collect();
        for route in registry::all() {
            let info = route.info;
            let may = match info.access {
                Access::Staff(permission) if info.face == Face::Organizer => of_visit(set).contains(permission),
                Access::Session => info.is_open_on_visits,
                _ => continue,
            };
            if info.path == "/manage/visit/end" {
                continue;
            }
            let is_reading = info.method == Method::GET;
            assert!(
                !may || is_reading || !powers.is_empty(),
                "{} {}",
                info.method,
                info.path
            );
            // Entries of one instant have no order.
            stage.app.advance(SignedDuration::from_millis(1));
            let path = path_of(info.path);
            let status = call(&stage, &visitor, &info.method, &path).await;
            let page = format!("{} {path}", info.method);
            let newest = stage.record("visit").await.remove(0);
            assert_eq!(newest.entry.details["page"], page, "{}", newest.entry.action);
            let is_opened = newest.entry.action == "visit.page_opened";
            assert_eq!(is_opened, may, "{page}: {status}");
            if may {
                opened += 1;
            } else {
                assert!(matches!(status, 403 | 404), "{page}: {status}");
                refused += 1;
            }
        }
        stage.answer(&stage.owner, id, "end").await;
    }
    report(&format!(
        "visits: {opened} calls of routes opened, {refused} refused, as granted"
    ));
}

/// What is never opened stands behind routes that exist; a name that nothing asks for would prove nothing.
#[tokio::test]
async fn what_is_never_opened_is_asked_for_somewhere() {
    let asked: BTreeSet<Permission> = registry::all()
        .into_iter()
        .filter_map(|route| match route.info.access {
            Access::Staff(permission) => Some(permission),
            _ => None,
        })
        .collect();
    for permission in [
        Permission::SsoManage,
        Permission::ApiKeyManage,
        Permission::PayeeManage,
        Permission::RoleManage,
        Permission::AuditRead,
        Permission::MemberRead,
    ] {
        assert!(
            asked.contains(&permission) && NEVER_OF_VISITS.contains(&permission),
            "{}",
            permission.name()
        );
    }
}
