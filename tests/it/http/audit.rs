//! The record of what happened: the page, and files that prove themselves.

use bilten_kernel::ApiScopes;
use bilten_tenancy::{
    audit::{self, ChainFault, FileFault},
    permissions::Role,
};
use bilten_tests::{Clerk, TestApp, Web};
use jiff::SignedDuration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_looks_up_who_did_what_and_others_do_not() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let sud = web.open_shop(&app, "sud", ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&nord, 5, 10_000).await;
    let cart = web.hold(&nord, &event, &ticket_type, 1).await.expect(201);
    let cart = cart["id"].as_str().unwrap();
    let order = web.check_out(&nord, cart, cart).await.expect(200);
    let order = order["id"].as_str().unwrap();
    web.run_jobs().await;
    let owner = Clerk::hire(&app, (nord.id, &nord.host), Role::Owner, None).await;
    // Who looks at a buyer is in the record himself.
    assert_eq!(web.look(&owner, &format!("/manage/orders/{order}")).await.status, 200);
    let page = web.look(&owner, "/manage/audit").await.text;
    for word in ["Order looked at", "Order paid", "Event put on sale", order] {
        assert!(page.contains(word), "{word}: {page}");
    }
    let page = web.look(&owner, "/manage/audit?what=event").await.text;
    assert!(
        page.contains("Event put on sale") && !page.contains("Order paid"),
        "{page}"
    );
    let page = web
        .look(&owner, &format!("/manage/audit?about={order}&who=staff"))
        .await
        .text;
    assert!(
        page.contains("Order looked at") && !page.contains("Order paid"),
        "{page}"
    );
    let page = web.look(&owner, "/manage/audit?who=nobody@example.org").await.text;
    assert!(page.contains("Nothing was found"), "{page}");
    let page = web.look(&owner, "/manage/audit?until=2001-01-01&from=junk").await.text;
    assert!(page.contains("Nothing was found"), "{page}");
    assert_eq!(web.look(&owner, "/manage/audit?cursor=junk").await.status, 400);
    let stranger = Clerk::hire(&app, (sud.id, &sud.host), Role::Owner, None).await;
    let page = web.look(&stranger, &format!("/manage/audit?about={order}")).await.text;
    assert!(page.contains("Nothing was found"), "{page}");
    let manager = Clerk::hire(&app, (nord.id, &nord.host), Role::EventManager, None).await;
    for path in [
        "/manage/audit",
        "/manage/audit.csv",
        "/manage/audit-entries.jsonl",
        "/manage/audit.jsonl",
    ] {
        assert_eq!(web.look(&manager, path).await.status, 404, "{path}");
    }
    let csv = web.look(&owner, "/manage/audit.csv?what=order.paid").await.text;
    assert_eq!(csv.lines().count(), 2, "{csv}");
    assert!(csv.contains(order), "{csv}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_holds_what_the_page_shows_also_when_it_is_looked_for_by_mail_address() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
    web.open_sale(&nord, 5, 10_000).await;
    let (event, _) = web.open_sale(&nord, 5, 10_000).await;
    let owner = Clerk::hire(&app, (nord.id, &nord.host), Role::Owner, None).await;
    let done = web
        .submit(&owner, &format!("/manage/events/{event}/cancellation"), &[])
        .await;
    assert_eq!(done.status, 303, "{}", done.text);
    let mut tx = app.db.begin_in(nord.id).await.unwrap();
    let account = bilten_sso::accounts::find(&mut tx, owner.account)
        .await
        .unwrap()
        .unwrap();
    drop(tx);
    for (file, lines_of_head) in [("/manage/audit.csv", 1), ("/manage/audit-entries.jsonl", 0)] {
        let found = web
            .look(&owner, &format!("{file}?who={}&what=event", account.email))
            .await
            .text;
        assert_eq!(found.lines().count(), lines_of_head + 1, "{file}: {found}");
        assert!(
            found.contains(&format!("staff:{}", owner.account)) && found.contains(&event),
            "{found}"
        );
        let nobody = web.look(&owner, &format!("{file}?who=nobody@example.org")).await.text;
        assert_eq!(nobody.lines().count(), lines_of_head, "{file}: {nobody}");
    }
    let line = web
        .look(&owner, "/manage/audit-entries.jsonl?what=audit.exported")
        .await
        .text;
    let newest: serde_json::Value = serde_json::from_str(line.lines().next().unwrap()).unwrap();
    assert_eq!(newest["details"]["form"], "jsonl", "{newest}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chain_that_was_taken_out_proves_itself_without_a_database() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
    web.open_sale(&nord, 5, 10_000).await;
    web.run_jobs().await;
    app.advance(SignedDuration::from_mins(61));
    web.run_jobs().await;
    let owner = Clerk::hire(&app, (nord.id, &nord.host), Role::Owner, None).await;
    let page = web.look(&owner, "/manage/audit").await.text;
    assert!(
        page.contains("Signed head") && page.contains("&quot;signature&quot;"),
        "{page}"
    );
    let file = web.look(&owner, "/manage/audit.jsonl").await.text;
    let key = web.state.audit_signer.public_key(nord.id);
    let mut tx = app.db.begin_in(nord.id).await.unwrap();
    let kept = audit::list_heads(&mut tx).await.unwrap();
    drop(tx);
    let verify = |file: &str| audit::verify_file(file.as_bytes(), &kept, Some(&key));
    let report = verify(&file).unwrap();
    assert!(report.links > 3 && report.heads == 1, "{report:?}");
    assert!(matches!(
        audit::verify_file(file.as_bytes(), &[], Some(&[1; 32])),
        Err(FileFault::Key)
    ));

    let lines: Vec<&str> = file.lines().collect();
    let without = |gone: usize| {
        let mut left = lines.clone();
        left.remove(gone);
        left.join("\n")
    };
    assert!(matches!(verify(&without(0)), Err(FileFault::Line(1))));
    assert!(matches!(verify(&without(2)), Err(FileFault::Chain(ChainFault::Gap(2)))));
    let signed = usize::try_from(kept[0].seq).unwrap();
    let cut = lines[..signed].join("\n");
    assert!(matches!(verify(&cut), Err(FileFault::Chain(ChainFault::CutOff { .. }))));
    let changed = file.replacen("\"actor\":\"system\"", "\"actor\":\"nobody\"", 1);
    assert!(matches!(
        verify(&changed),
        Err(FileFault::Chain(ChainFault::Mismatch(_)))
    ));
    let forged = file.replacen(lines[lines.len() - 1], "{\"head\":7}", 1);
    assert!(matches!(verify(&forged), Err(FileFault::Line(_))));
    // Whoever signs with a key of his own and names it is found by the key that is known.
    assert!(matches!(verify(""), Err(FileFault::Line(1))));
}
