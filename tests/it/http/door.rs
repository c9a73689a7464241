//! The check-in page of the console.

use bilten_kernel::ApiScopes;
use bilten_tenancy::permissions::Role;
use bilten_tests::{Clerk, TestApp, Web};
use http::Method;

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_twice_shows_the_same_answer_and_another_scan_is_refused() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let other = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let (event, standing) = web.open_sale(&shop, 10, 0).await;
    let cart = web.hold(&shop, &event, &standing, 2).await.expect(201);
    let order = web
        .check_out(&shop, cart["id"].as_str().unwrap(), "k")
        .await
        .expect(200);
    let code = |n: usize| order["tickets"][n]["code"].as_str().unwrap().to_owned();
    let clerk = Clerk::hire(&app, (shop.id, &shop.host), Role::DoorStaff, None).await;
    let stranger = Clerk::hire(&app, (other.id, &other.host), Role::Owner, None).await;
    let path = format!("/manage/events/{event}/check-in");
    let scan = async |code: &str, key: &str| {
        let fields = [("code", code), ("gate", "North"), ("request_key", key)];
        web.submit(&clerk, &path, &fields).await
    };
    let is_green = |text: &str| text.contains("door__answer--admit");
    let first = scan(&code(0), "0123456789abcdef").await;
    assert!(first.status == 200 && is_green(&first.text), "{}", first.text);
    app.advance(jiff::SignedDuration::from_secs(3));
    let again = scan(&code(0), "0123456789abcdef").await;
    assert!(is_green(&again.text), "a reload is no second scan: {}", again.text);
    let fresh = scan(&code(0), "fedcba9876543210").await;
    assert!(fresh.text.contains("door__answer--check"), "{}", fresh.text);
    let reused = scan(&code(1), "0123456789abcdef").await;
    assert_eq!(reused.status, 422, "the key belongs to another code");
    for without in ["", "short", "<script>alert(1)</script>"] {
        let answer = scan(&code(1), without).await;
        assert_eq!(answer.status, 200, "{without}");
    }
    let mut admin = app.test_db.admin().await;
    let scans: i64 = sqlx::query_scalar("select count(*) from bilten.scans")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!(scans, 5, "what was answered again is not counted as a scan");
    assert_eq!(web.submit(&stranger, &path, &[("code", &code(1))]).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanner_without_a_network_tells_genuine_tickets_by_the_published_keys() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let other = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let (event, standing) = web.open_sale(&shop, 10, 0).await;
    let cart = web.hold(&shop, &event, &standing, 1).await.expect(201);
    let order = web
        .check_out(&shop, cart["id"].as_str().unwrap(), "k")
        .await
        .expect(200);
    let code = order["tickets"][0]["code"].as_str().unwrap();
    let ours = web.call(&shop, Method::GET, "/ticket-keys", None).await.expect(200);
    let theirs = web.call(&other, Method::GET, "/ticket-keys", None).await.expect(200);
    assert!(is_genuine(code, &ours));
    assert!(!is_genuine(code, &theirs));
    let letter = if code[120..].starts_with('A') { "B" } else { "A" };
    let forged = format!("{}{letter}{}", &code[..120], &code[121..]);
    assert!(!is_genuine(&forged, &ours));
}

/// Does what the description of the API tells scanners to do, with nothing of ours.
fn is_genuine(code: &str, published: &serde_json::Value) -> bool {
    let hex = |text: &serde_json::Value| {
        data_encoding::HEXLOWER
            .decode(text.as_str().unwrap().as_bytes())
            .unwrap()
    };
    let bytes = data_encoding::BASE32_NOPAD.decode(code.as_bytes()).unwrap();
    assert_eq!((bytes.len(), bytes[0]), (98, 1));
    let key = published["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["key_id"] == bytes[1]);
    let key: [u8; 32] = hex(&key.unwrap()["public_key"]).try_into().unwrap();
    let signature = ed25519_dalek::Signature::from_slice(&bytes[34..]).unwrap();
    let message = [b"ticket".as_slice(), &hex(&published["tenant"]), &bytes[..34]].concat();
    ed25519_dalek::VerifyingKey::from_bytes(&key)
        .unwrap()
        .verify_strict(&message, &signature)
        .is_ok()
}
