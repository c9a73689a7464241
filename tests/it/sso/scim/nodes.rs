//! How long somebody goes on after the directory has said that he left: sessions and keys, on two nodes.

use std::time::{Duration, Instant};

use bilten_kernel::{Actor, ApiScope, Clock as _, SystemClock};
use bilten_sso::{
    accounts,
    api_keys::{self, NewKey},
};
use bilten_tenancy::permissions::Role;
use bilten_tests::{Setup, TestApp, Web, report};
use http::Request;
use serde_json::json;

use super::Rig;

/// How often it is tried.
const ROUNDS: usize = 12;
/// The longest that anybody may go on.
const LIMIT: Duration = Duration::from_secs(5);

/// Keys are remembered for a second of real time, so that this test waits for real.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_who_is_deprovisioned_goes_on_for_less_than_five_seconds_on_any_node() {
    let app = TestApp::start_at(SystemClock.now(), 4).await;
    let web = Web::with_settings(&app, &[("BILTEN_RATE_BURST", "100000")]);
    let second = Web::with(
        &app,
        Setup {
            db: Some(app.test_db.app(4).await),
            settings: &[("BILTEN_RATE_BURST", "100000")],
            ..Setup::default()
        },
    );
    let rig = Rig::on(app, web).await;
    let group = rig.group("Staff", &[]).await;
    rig.map(&group, &[Role::EventManager]).await.unwrap();
    let mut waits = Vec::new();
    let mut sessions = 0;
    for round in 0..ROUNDS {
        let user = rig.hire(&format!("p{round}")).await;
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": user }] }]);
        assert_eq!(rig.patch(&format!("/Groups/{group}"), &add).await.status, 204);
        let account = rig.account(&user).await;
        let (cookie, key) = credentials(&rig, account).await;
        for node in [&rig.web, &second] {
            assert_eq!(by_session(node, &rig, &cookie).await, 200);
            assert_eq!(by_key(node, &rig, &key).await, 200);
        }
        let off = json!([{ "op": "Replace", "path": "active", "value": "False" }]);
        rig.patch(&format!("/Users/{user}"), &off).await.expect(200);
        let ended = Instant::now();
        for node in [&rig.web, &second] {
            sessions += usize::from(by_session(node, &rig, &cookie).await == 200);
        }
        let mut last = Duration::ZERO;
        let mut refused_in_a_row = 0;
        while refused_in_a_row < 4 {
            for node in [&rig.web, &second] {
                let asked = ended.elapsed();
                if by_key(node, &rig, &key).await == 200 {
                    (last, refused_in_a_row) = (asked, 0);
                } else {
                    refused_in_a_row += 1;
                }
            }
            assert!(ended.elapsed() < LIMIT, "still let in after {:?}", ended.elapsed());
        }
        waits.push(last);
    }
    waits.sort();
    assert_eq!(sessions, 0, "sessions are dead with the answer");
    let p99 = waits.last().copied().unwrap_or_default();
    report(&format!(
        "deprovisioning, {ROUNDS} people on two nodes: sessions end with the answer; last allowed request of a key p50 {} ms, p99 {} ms (target {} ms)",
        waits[waits.len() / 2].as_millis(),
        p99.as_millis(),
        LIMIT.as_millis()
    ));
}

/// A session and a key of somebody.
async fn credentials(rig: &Rig, account: bilten_kernel::AccountId) -> (String, String) {
    let ctx = rig.ctx().with_actor(Actor::Staff(account));
    let mut tx = rig.app.db.begin(&ctx).await.unwrap();
    let found = accounts::find(&mut tx, account).await.unwrap();
    assert!(found.is_some_and(|found| !found.is_disabled));
    let new = NewKey {
        name: "Mine".to_owned(),
        scopes: [ApiScope::EventsRead].into_iter().collect(),
        ..NewKey::default()
    };
    let (_, key) = api_keys::make(&mut tx, &ctx, &new).await.unwrap();
    tx.commit().await.unwrap();
    let session = rig.session_of(account).await;
    (session, key.expose().clone())
}

async fn by_session(node: &Web, rig: &Rig, cookie: &str) -> u16 {
    let request = Request::get("/manage")
        .header("host", &rig.shop.host)
        .header("accept", "text/html")
        .header("cookie", format!("session={cookie}"));
    node.send(request.body(axum::body::Body::empty()).unwrap())
        .await
        .status
        .as_u16()
}

async fn by_key(node: &Web, rig: &Rig, key: &str) -> u16 {
    let request = Request::get("/api/v1/events")
        .header("host", &rig.shop.host)
        .header("authorization", format!("Bearer {key}"));
    node.send(request.body(axum::body::Body::empty()).unwrap())
        .await
        .status
        .as_u16()
}
