//! Being in: what a visitor does not see, does not do, and does not get.

use bilten_kernel::{Actor, Visit, VisitPowers};
use bilten_sso::visits::{self, AskError, DecideError, RulesError, Wish};
use bilten_tenancy::permissions::{self, Grant, MembershipError, Permission, Place, Role, RoleName, Scope};
use bilten_tests::Clerk;

use super::{REASON, Stage, flash};

/// V20.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn buyers_are_seen_only_where_an_owner_granted_it() {
    let stage = Stage::open().await;
    let (event, ticket_type) = stage.web.open_sale(&stage.nord, 5, 10_000).await;
    let cart = stage.web.hold(&stage.nord, &event, &ticket_type, 1).await.expect(201);
    let order = stage
        .web
        .check_out(&stage.nord, cart["id"].as_str().unwrap(), "visit")
        .await
        .expect(200);
    let (mail, order) = (
        order["buyer"]["email"].as_str().unwrap().to_owned(),
        order["id"].as_str().unwrap().to_owned(),
    );
    let paths = [
        "/manage".to_owned(),
        "/manage/events".to_owned(),
        format!("/manage/events/{event}"),
        "/manage/orders".to_owned(),
        format!("/manage/orders/{order}"),
        format!("/manage/events/{event}/attendees"),
    ];
    let (id, visitor) = stage.visitor(&[]).await;
    for path in &paths {
        let page = stage.web.look(&visitor, path).await.text;
        assert!(!page.contains(&mail), "{path}: {page}");
    }
    stage.answer(&stage.owner, id, "end").await;
    let (_, visitor) = stage.visitor(&["persons"]).await;
    let page = stage.web.look(&visitor, &format!("/manage/orders/{order}")).await;
    assert!(page.status == 200 && page.text.contains(&mail), "{}", page.text);
    let looked = stage.record("order.viewed").await;
    let by = format!("operator:{}", stage.operator_id);
    assert!(looked.iter().all(|row| row.entry.actor == by), "{looked:?}");
    // He reads, and that is all.
    let cancelled = stage
        .web
        .submit(&visitor, &format!("/manage/orders/{order}/cancellation"), &[])
        .await;
    assert_eq!(cancelled.status, 403);
}

/// V22, V23 (B33).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_grants_himself_nothing() {
    let stage = Stage::open().await;
    let (id, visitor) = stage.visitor(&["persons", "events", "orders"]).await;
    for (path, fields) in [
        (
            "/manage/team/invitations".to_owned(),
            vec![("email", "x@example.org"), ("role", "owner")],
        ),
        (
            format!("/manage/team/members/{}/roles", stage.admin.account),
            vec![("role", "owner")],
        ),
        (
            "/manage/api-keys".to_owned(),
            vec![("name", "x"), ("scope", "events:read")],
        ),
        ("/manage/platform-access".to_owned(), vec![("mode", "window")]),
        (format!("/manage/platform-access/{id}/approval"), vec![]),
        (format!("/manage/platform-access/{id}/end"), vec![]),
    ] {
        let answer = stage.web.submit(&visitor, &path, &fields).await;
        assert!(matches!(answer.status.as_u16(), 403 | 404), "{path}: {}", answer.status);
    }
    // Nor do the use cases themselves, where no gate stands before them.
    let visit = Visit {
        id,
        operator: stage.operator_id,
        on_behalf_of: stage.owner.account,
        powers: VisitPowers::parse("persons events orders"),
    };
    let ctx = stage.ctx().with_actor(Actor::Visiting(visit));
    let mut tx = stage.app.db.begin(&ctx).await.unwrap();
    let grant = Grant {
        role: RoleName::BuiltIn(Role::Viewer),
        place: Place::Tenant,
        expires_at: None,
    };
    let given = permissions::give(&mut tx, &ctx, stage.admin.account, &grant).await;
    assert!(matches!(given, Err(MembershipError::NotHeld(_))), "{given:?}");
    assert!(matches!(
        visits::approve(&mut tx, &ctx, id).await,
        Err(DecideError::NotStaff)
    ));
    let rules = visits::set_rules(&mut tx, &ctx, visits::Mode::Ask).await;
    assert!(matches!(rules, Err(RulesError::NotStaff)));
}

/// V24 (B34).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_does_not_see_how_he_is_seen() {
    let stage = Stage::open().await;
    let (id, visitor) = stage.visitor(&["persons", "events", "orders"]).await;
    for path in [
        "/manage/audit",
        "/manage/audit.csv",
        "/manage/audit-entries.jsonl",
        "/manage/audit.jsonl",
        "/manage/platform-access",
        &format!("/manage/platform-access/{id}"),
    ] {
        let status = stage.web.look(&visitor, path).await.status;
        assert!(matches!(status.as_u16(), 403 | 404), "{path}: {status}");
    }
    let refused = stage.record("visit.page_refused").await;
    assert_eq!(refused.len(), 6, "the tenant sees that he tried");
}

/// V25 (B35).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visit_leads_nowhere_else() {
    let stage = Stage::open().await;
    let (id, visitor) = stage.visitor(&[]).await;
    // The visit is no session at the platform's console.
    let there = Clerk {
        host: "platform.localhost".to_owned(),
        ..visitor.clone()
    };
    for path in ["/".to_owned(), format!("/tenants/{}", stage.sor.id)] {
        assert!(
            stage.web.look(&there, &path).await.location().contains("/login"),
            "{path}"
        );
    }
    let asked = stage
        .web
        .submit(
            &there,
            &format!("/tenants/{}/visits", stage.sor.id),
            &[("reason", REASON)],
        )
        .await;
    assert!(asked.location().contains("/login"), "{}", asked.status);
    // Whoever is in asks nobody else, by no door.
    let visit = Visit {
        id,
        operator: stage.operator_id,
        on_behalf_of: stage.owner.account,
        powers: VisitPowers::default(),
    };
    let ctx = stage.app.ctx_in(stage.sor.id).with_actor(Actor::Visiting(visit));
    let mut tx = stage.app.db.begin(&ctx).await.unwrap();
    let wish = Wish {
        operator_name: "x".to_owned(),
        reason: REASON.to_owned(),
        reference: String::new(),
        minutes: 30,
        powers: VisitPowers::default(),
    };
    assert!(matches!(
        visits::ask(&mut tx, &ctx, &wish).await,
        Err(AskError::NotOperator)
    ));
    drop(tx);
    // And while he is here he begins no visit elsewhere, although he was let in there.
    let owner = Clerk::hire(&stage.app, (stage.sor.id, &stage.sor.host), Role::Owner, None).await;
    stage.ask_of(&stage.sor, REASON, ("30", &[])).await;
    let mut tx = stage.app.db.begin_in(stage.sor.id).await.unwrap();
    let second = visits::list(&mut tx, None).await.unwrap().remove(0).id;
    drop(tx);
    stage
        .web
        .submit(&owner, &format!("/manage/platform-access/{second}/approval"), &[])
        .await;
    let begin = format!("/tenants/{}/visits/{second}/begin", stage.sor.id);
    let begun = stage.web.submit(&stage.operator, &begin, &[]).await;
    assert_eq!(flash(&begun), "flash-refused-visit-elsewhere");
    stage.web.submit(&visitor, "/manage/visit/end", &[]).await;
    let begun = stage.web.submit(&stage.operator, &begin, &[]).await;
    assert!(begun.location().contains("sor.localhost"), "{}", begun.location());
}

/// B36: at the platform's console an operator has all; in a tenant's transaction he has nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_without_a_visit_is_nobody() {
    let stage = Stage::open().await;
    let ctx = stage.ctx().with_actor(Actor::Operator(stage.operator_id));
    let mut tx = stage.app.db.begin(&ctx).await.unwrap();
    let rights = permissions::rights(&mut tx, &ctx).await.unwrap();
    assert!(!rights.allows(Permission::OrgRead, Scope::Anywhere));
    let at_the_shop = Clerk {
        host: stage.nord.host.clone(),
        ..stage.operator.clone()
    };
    assert!(
        stage
            .web
            .look(&at_the_shop, "/manage")
            .await
            .location()
            .contains("/manage/login")
    );
    let role = [("role", "operator")];
    let give = format!("/manage/team/members/{}/roles", stage.admin.account);
    assert!(!flash(&stage.web.submit(&stage.owner, &give, &role).await).contains("given"));
}
