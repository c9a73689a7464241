//! Back-channel logout: sessions die at once, and only by a genuine token that was not obeyed before.

use axum::body::Body;
use bilten_kernel::SsoConnectionId;
use bilten_tests::{Answer, fakes::Twist, report};
use http::Request;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{Browser, Rig};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

fn claims(rig: &Rig) -> Value {
    let now = rig.app.now().as_second();
    json!({
        "iss": rig.idp.issuer, "aud": super::CLIENT_ID, "iat": now, "exp": now + 120, "jti": "j-1",
        "sub": "248289761001", "events": { EVENT: {} },
    })
}

async fn send(rig: &Rig, header: &Value, claims: &Value) -> Answer {
    let token = rig.idp.sign(header, claims);
    post(rig, &token).await
}

async fn post(rig: &Rig, token: &str) -> Answer {
    post_to(rig, rig.id, token).await
}

async fn post_to(rig: &Rig, id: SsoConnectionId, token: &str) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("logout_token", token)
        .finish();
    let request = Request::post(format!("/sso/{id}/back-channel-logout"))
        .header("host", &rig.shop.host)
        .header("content-type", "application/x-www-form-urlencoded");
    rig.web.send(request.body(Body::from(body)).unwrap()).await
}

fn head() -> Value {
    json!({ "alg": "RS256", "kid": "key-1", "typ": "logout+jwt" })
}

async fn session(rig: &Rig) -> Browser {
    let (browser, _) = rig.log_in().await;
    assert!(rig.is_in(&browser).await);
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_of_the_person_die_at_once_and_no_others() {
    let rig = Rig::new().await;
    rig.idp.person("248289761001", &json!({ "sid": "s-1" }));
    let first = session(&rig).await;
    rig.idp.person("248289761001", &json!({ "sid": "s-2" }));
    let second = session(&rig).await;
    let mut of_session = claims(&rig);
    of_session["sid"] = json!("s-1");
    assert_eq!(send(&rig, &head(), &of_session).await.status, 200);
    assert!(!rig.is_in(&first).await && rig.is_in(&second).await);
    let mut of_person = claims(&rig);
    of_person["jti"] = json!("j-2");
    assert_eq!(send(&rig, &head(), &of_person).await.status, 200);
    assert!(!rig.is_in(&second).await);
    // Who logged in by other means stays.
    assert_eq!(rig.web.look(&rig.owner, "/manage").await.status, 200);
    let page = rig.web.look(&rig.owner, &format!("/manage/sso/{}", rig.id)).await;
    assert!(page.text.contains("Log-out by the provider"));
}

/// What is changed: members of head and claims, and what else is twisted.
struct Case(&'static str, Value, Value, Twist, &'static str);

fn case(name: &'static str, change: Value, wanted: &'static str) -> Case {
    Case(name, json!({}), change, Twist::default(), wanted)
}

fn cases(now: i64) -> Vec<Case> {
    let (none, plain) = (|| json!({}), Twist::default);
    let hmac = Twist {
        hmac: Some(super::CLIENT_SECRET.to_owned()),
        ..plain()
    };
    let forged = Twist {
        is_forged: true,
        ..plain()
    };
    let of_id_token = json!({ "events": null, "nonce": "n" });
    vec![
        Case("01 alg none", json!({ "alg": "none" }), none(), plain(), "alg"),
        Case("02 wrong alg", json!({ "alg": "HS256" }), none(), hmac, "alg"),
        case("03 wrong iss", json!({ "iss": "https://other.example" }), "iss"),
        case("04 wrong aud", json!({ "aud": "another" }), "aud"),
        case("05 no event", json!({ "events": null }), "event"),
        case("06 wrong event", json!({ "events": { "http://x": {} } }), "event"),
        case(
            "06b event of another shape",
            json!({ "events": { EVENT: "x" } }),
            "event",
        ),
        case("07 with nonce", json!({ "nonce": "n" }), "logout_sub"),
        case("08 no sub and no sid", json!({ "sub": null }), "logout_sub"),
        Case(
            "09 typ of another token",
            json!({ "typ": "at+jwt" }),
            none(),
            plain(),
            "typ",
        ),
        case("11 exp too far", json!({ "exp": now + 121 }), "exp"),
        case("11b exp past", json!({ "exp": now - 61 }), "exp"),
        case("12 iat old", json!({ "iat": now - 600, "exp": now + 60 }), "iat"),
        case(
            "12b iat in the future",
            json!({ "iat": now + 600, "exp": now + 700 }),
            "iat",
        ),
        Case("14 an ID token", json!({ "typ": "JWT" }), of_id_token, plain(), "event"),
        Case("15 a stranger's key", none(), none(), forged, "signature"),
        case("16 no jti", json!({ "jti": null }), "replay"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn counted_logout_tokens_that_are_not_genuine_end_nothing() {
    let rig = Rig::new().await;
    let browser = session(&rig).await;
    let now = rig.app.now().as_second();
    let cases = cases(now);
    for Case(name, header, change, twist, wanted) in &cases {
        rig.idp.twist(twist.clone());
        let answer = send(&rig, &merged(head(), header), &merged(claims(&rig), change)).await;
        assert_eq!(answer.status, 400, "{name}: {}", answer.text);
        assert_eq!(rig.last_attempt().await.failed.as_deref(), Some(*wanted), "{name}");
        assert!(rig.is_in(&browser).await, "{name}");
    }
    rig.idp.twist(Twist::default());

    // 10: the same token twice ends only what it ended.
    let sent = claims(&rig);
    assert_eq!(send(&rig, &head(), &sent).await.status, 200);
    assert!(!rig.is_in(&browser).await);
    let anew = session(&rig).await;
    assert_eq!(send(&rig, &head(), &sent).await.status, 400, "10 jti replay");
    assert!(rig.is_in(&anew).await);

    // 13: the session of another connection.
    let second = rig.connect(&rig.shop, &rig.idp.issuer, |_| {}).await;
    let mut other = claims(&rig);
    other["jti"] = json!("j-13");
    let token = rig.idp.sign(&head(), &other);
    assert_eq!(post_to(&rig, second, &token).await.status, 200);
    assert!(rig.is_in(&anew).await, "13 sid of another connection");
    for odd in ["", "a", "a.b.c", "..."] {
        assert_eq!(post(&rig, odd).await.status, 400, "{odd}");
    }
    report(&format!(
        "logout tokens: {} forged ones refused by name, cases 01-14 all covered",
        cases.len() + 2
    ));
}

fn merged(mut base: Value, change: &Value) -> Value {
    for (name, value) in change.as_object().unwrap() {
        match value {
            Value::Null => drop(base.as_object_mut().unwrap().remove(name)),
            value => base[name] = value.clone(),
        }
    }
    base
}
