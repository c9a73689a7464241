//! When the money of a draft would be paid out, on its page in the console.

use bilten_kernel::ApiScopes;
use bilten_tenancy::permissions::Role;
use bilten_tests::{Clerk, TestApp, Web};
use http::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_says_which_share_would_be_paid_out_before_it_takes_place() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let south = web.open_shop(&app, "south", ApiScopes::all()).await;
    let draft = async |starts: &str, ends: &str| {
        let event = json!({
            "name": "Festival", "starts_at": starts, "ends_at": ends, "time_zone": "Europe/Oslo",
            "ticket_types": [{ "name": "Pass", "price_minor": 10_000, "currency": "EUR", "capacity": 10 }],
        });
        let made = web.call(&nord, Method::POST, "/events", Some(&event)).await.expect(201);
        format!("/manage/events/{}", made["id"].as_str().unwrap())
    };
    // The clock says 1 May 2031: one is in a month, one in November.
    let soon = draft("2031-05-30T18:00:00Z", "2031-05-30T21:00:00Z").await;
    let far = draft("2031-11-17T18:00:00Z", "2031-11-17T23:00:00Z").await;
    let owner = Clerk::hire(&app, (nord.id, &nord.host), Role::Owner, None).await;
    let shown = web.look(&owner, &soon).await.text;
    assert!(shown.contains("When you would be paid"), "{shown}");
    assert!(shown.contains("90 %") && shown.contains("10 %"), "{shown}");
    assert!(!shown.contains("before it takes place"), "{shown}");
    let shown = web.look(&owner, &far).await.text;
    assert!(shown.contains("more than 83 days after the first sale"), "{shown}");
    assert!(shown.contains("may not keep it longer"), "{shown}");
    // Once it is on sale, the reports say what is.
    let path = far.replace("/manage", "");
    web.call(&nord, Method::POST, &format!("{path}/publish"), None)
        .await
        .expect(200);
    assert!(!web.look(&owner, &far).await.text.contains("When you would be paid"));
    let manager = Clerk::hire(&app, (nord.id, &nord.host), Role::EventManager, None).await;
    let shown = web.look(&manager, &soon).await;
    assert!(!shown.text.contains("When you would be paid"), "{}", shown.text);
    let foreign = Clerk::hire(&app, (south.id, &south.host), Role::Owner, None).await;
    assert_eq!(web.look(&foreign, &soon).await.status, 404);
}
