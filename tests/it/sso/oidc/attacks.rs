//! Sixty ways in which a provider, a network or a stranger could fool us, each refused by the name of its check.

use std::collections::BTreeSet;

use bilten_tests::{
    Clerk, Web,
    fakes::{FakeIdp, Twist, idp::Key},
    report,
};
use serde_json::{Value, json};

use super::{Browser, Rig, Role, callback, lies};

#[tokio::test(flavor = "multi_thread")]
async fn counted_lies_of_a_provider_are_found_by_name_and_let_nobody_in() {
    let rig = Rig::new().await;
    let now = rig.app.now().as_second();
    let lies = lies::all(&rig.idp, now);
    for lie in &lies {
        rig.idp.twist(lie.twist.clone());
        // Each lie is told to somebody who hears the provider for the first time.
        forget(&rig).await;
        let mut browser = Browser::default();
        let path = format!("/manage/login/sso/{}", rig.id);
        let away = browser.get(&rig.web, &rig.shop.host, &path).await;
        if away.status == 303 {
            let back = rig.idp.log_in(away.location());
            let answer = rig.back(&mut browser, &back).await;
            assert_eq!(answer.status, 422, "{}: {}", lie.name, answer.text);
            assert!(
                !answer.text.contains("evil.example") && !answer.text.contains("<b>no"),
                "{}",
                lie.name
            );
        }
        assert_eq!(
            rig.last_attempt().await.failed.as_deref(),
            Some(lie.wanted),
            "{}",
            lie.name
        );
        assert!(!rig.is_in(&browser).await, "{}", lie.name);
    }
    rig.idp.twist(Twist::default());
    forget(&rig).await;
    let (browser, answer) = rig.log_in().await;
    assert!(rig.is_in(&browser).await, "the honest way still works: {}", answer.text);
    let numbers: BTreeSet<&str> = lies.iter().filter_map(|lie| lie.name.get(..2)).collect();
    report(&format!(
        "OIDC attack list: {} lies of providers refused by name, cases {numbers:?}",
        lies.len()
    ));
}

async fn forget(rig: &Rig) {
    let mut tx = rig.app.db.begin(&rig.ctx()).await.unwrap();
    let found = bilten_sso::connections::find(&mut tx, rig.id).await.unwrap().unwrap();
    tx.rollback().await.unwrap();
    let client = found.client(&rig.web.state.sso.seal, rig.shop.id).unwrap();
    rig.web.state.sso.oidc.forget(&client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counted_what_strangers_do_with_answers_lets_nobody_in() {
    let rig = Rig::new().await;
    let mut done = Vec::new();
    let mut refused = async |name: &'static str, browser: &Browser, wanted: &str| {
        assert_eq!(rig.last_attempt().await.failed.as_deref(), Some(wanted), "{name}");
        assert!(!rig.is_in(browser).await, "{name}");
        done.push(name);
    };

    let (mut browser, mut back) = rig.go().await;
    let state = back.remove("state").unwrap();
    rig.back(&mut browser, &back).await;
    refused("32 state missing", &browser, "state").await;
    back.insert("state".to_owned(), "x".repeat(43));
    rig.back(&mut browser, &back).await;
    refused("33 state wrong", &browser, "state").await;

    back.insert("state".to_owned(), state);
    let (mut other, _) = rig.go().await;
    rig.back(&mut other, &back).await;
    refused("34 state of another browser", &other, "browser").await;
    let mut bare = Browser::default();
    rig.back(&mut bare, &back).await;
    refused("59 callback without the cookie", &bare, "browser").await;

    // The rightful browser is not hindered by those tries; the answer counts once.
    rig.back(&mut browser, &back).await;
    assert!(rig.is_in(&browser).await);
    browser.0.remove("session");
    rig.back(&mut browser, &back).await;
    refused("35 the same answer again", &browser, "state").await;
    refused("31 nonce used again", &browser, "state").await;

    let (mut attacker, stolen) = rig.go().await;
    let (mut victim, mut own) = rig.go().await;
    own.insert("code".to_owned(), stolen["code"].clone());
    rig.back(&mut victim, &own).await;
    refused("36 a code of another log-in", &victim, "token_endpoint").await;
    rig.back(&mut attacker, &stolen).await;
    refused("35d a code that was used", &attacker, "token_endpoint").await;

    for (name, issuer) in [
        ("39 iss of another in the answer", "https://evil.example"),
        ("39b iss with a slash", "/"),
    ] {
        let (mut browser, mut back) = rig.go().await;
        let found = if issuer == "/" {
            format!("{}/", rig.idp.issuer)
        } else {
            issuer.to_owned()
        };
        back.insert("iss".to_owned(), found);
        rig.back(&mut browser, &back).await;
        refused(name, &browser, "response_iss").await;
    }
    let (mut browser, mut back) = rig.go().await;
    back.remove("code");
    back.insert("error".to_owned(), "login_required<script>".to_owned());
    let answer = rig.back(&mut browser, &back).await;
    assert!(!answer.text.contains("login_required"));
    refused("54 60 an error of the provider", &browser, "provider_error").await;
    let (mut browser, mut back) = rig.go().await;
    back.remove("code");
    rig.back(&mut browser, &back).await;
    refused("36b no code", &browser, "code").await;

    let (mut browser, back) = rig.go().await;
    rig.app.advance(jiff::SignedDuration::from_mins(11));
    rig.idp.set_now(rig.app.now().as_second());
    rig.back(&mut browser, &back).await;
    refused("33b an answer after ten minutes", &browser, "state").await;
    report(&format!(
        "OIDC attack list: {} misuses of answers refused: {done:?}",
        done.len()
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_promises_its_name_must_give_it() {
    let rig = Rig::new().await;
    rig.idp.twist(Twist {
        metadata: vec![("authorization_response_iss_parameter_supported", json!(true))],
        ..Twist::default()
    });
    forget(&rig).await;
    let (mut browser, mut back) = rig.go().await;
    rig.back(&mut browser, &back).await;
    assert_eq!(rig.last_attempt().await.failed.as_deref(), Some("response_iss"), "38");
    (browser, back) = rig.go().await;
    back.insert("iss".to_owned(), rig.idp.issuer.clone());
    rig.back(&mut browser, &back).await;
    assert!(rig.is_in(&browser).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_counts_only_for_the_connection_and_shop_that_asked() {
    let rig = Rig::new().await;
    let second = rig.connect(&rig.shop, &rig.idp.issuer, |_| {}).await;
    let (mut browser, back) = rig.go().await;
    let answer = browser.get(&rig.web, &rig.shop.host, &callback(second, &back)).await;
    assert_eq!(answer.status, 422, "40 a code of connection A at B's callback");
    let answer = browser.get(&rig.web, &rig.other.host, &callback(rig.id, &back)).await;
    assert_eq!(answer.status, 404, "58 a connection of another shop");
    let start = format!("/manage/login/sso/{}", rig.id);
    assert_eq!(rig.web.page(&rig.other.host, &start).await.status, 404, "58");
    let foreign = format!("{start}?iss=https%3A%2F%2Fevil.example");
    assert_eq!(
        rig.web.page(&rig.shop.host, &foreign).await.status,
        404,
        "57 a start with a foreign iss"
    );
    assert_eq!(
        rig.web
            .page(&rig.shop.host, &format!("/manage/login/sso/{second}"))
            .await
            .status,
        404,
        "a draft"
    );
    rig.back(&mut browser, &back).await;
    assert!(rig.is_in(&browser).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn counted_nobody_is_led_astray_after_the_log_in_nor_by_the_host() {
    let rig = Rig::new().await;
    let bad = [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/manage@evil.example",
        "/manage\\..\\evil",
        "javascript:alert(1)",
        "/managed",
        "%2F%2Fevil.example",
    ];
    for next in bad {
        let mut browser = Browser::default();
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("next", next)
            .finish();
        let path = format!("/manage/login/sso/{}?{query}", rig.id);
        let away = browser.get(&rig.web, &rig.shop.host, &path).await;
        let back = rig.idp.log_in(away.location());
        let answer = rig.back(&mut browser, &back).await;
        assert_eq!(answer.location(), "/manage", "51 {next}");
    }
    // 50: the address for coming back is the shop's own, whatever host is claimed.
    let (_, back) = rig.go().await;
    assert!(back.contains_key("code"));
    let away = rig
        .web
        .page("nord.localhost:1234", &format!("/manage/login/sso/{}", rig.id))
        .await;
    assert!(
        away.location()
            .contains("redirect_uri=http%3A%2F%2Fnord.localhost%3A8080%2Fmanage"),
        "{}",
        away.location()
    );
    report(&format!(
        "OIDC attack list: {} ways astray refused (51), host confusion refused (50)",
        bad.len()
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn counted_keys_may_change_but_are_not_asked_for_without_end() {
    let rig = Rig::new().await;
    // 05, 07, 08: other kinds of keys, with and without names.
    rig.idp.set_keys(vec![Key::p256("ec-1")]);
    let (browser, _) = rig.log_in().await;
    assert!(rig.is_in(&browser).await, "11 12 rotation");
    rig.idp.twist(Twist {
        is_forged: true,
        ..Twist::default()
    });
    rig.log_in().await;
    assert_eq!(
        rig.last_attempt().await.failed.as_deref(),
        Some("signature"),
        "05 bad ES256"
    );
    rig.idp.twist(Twist {
        header: vec![("kid", Value::Null)],
        ..Twist::default()
    });
    let (browser, _) = rig.log_in().await;
    assert!(rig.is_in(&browser).await, "08 no kid, one key");
    rig.idp.set_keys(vec![Key::p256("ec-1"), Key::p256("ec-2")]);
    forget(&rig).await;
    rig.log_in().await;
    assert_eq!(
        rig.last_attempt().await.failed.as_deref(),
        Some("key"),
        "07 no kid, many keys"
    );
    // 10: a storm of unknown names asks a bounded number of times.
    rig.idp.set_keys(vec![Key::ed25519("ed-1")]);
    forget(&rig).await;
    rig.idp.twist(Twist {
        header: vec![("kid", json!("nobody"))],
        ..Twist::default()
    });
    rig.idp.asked();
    for _ in 0..12 {
        rig.log_in().await;
        assert_eq!(rig.last_attempt().await.failed.as_deref(), Some("key"));
    }
    let asked = rig.idp.asked().iter().filter(|path| *path == "keys").count();
    assert!(asked <= 4, "10 refresh storm: {asked}");
    // Later they are asked again.
    rig.idp.twist(Twist::default());
    rig.app.advance(jiff::SignedDuration::from_mins(6));
    rig.idp.set_now(rig.app.now().as_second());
    rig.idp.set_keys(vec![Key::ed25519("ed-2")]);
    let (browser, _) = rig.log_in().await;
    assert!(rig.is_in(&browser).await);
    report("OIDC attack list: keys 05 07 08 09 10 11 12 covered");
}

#[tokio::test(flavor = "multi_thread")]
async fn counted_a_mail_address_or_a_subject_of_another_issuer_is_nobody() {
    let rig = Rig::new().await;
    let clerk = Clerk::hire(&rig.app, (rig.shop.id, &rig.shop.host), Role::Owner, None).await;
    let email = format!("{}@example.org", clerk.account.uuid());
    for (verified, name) in [
        (json!(true), "true"),
        (json!("true"), "text"),
        (json!(false), "false"),
        (Value::Null, "absent"),
    ] {
        rig.idp
            .person("stranger", &json!({ "email": email, "email_verified": verified }));
        let (browser, _) = rig.log_in().await;
        assert!(!rig.is_in(&browser).await, "45 46 {name}");
        assert_eq!(
            rig.last_attempt().await.failed.as_deref(),
            Some("not_tied"),
            "45 46 {name}"
        );
    }
    // 47: the subject of the owner, at another issuer.
    let second = FakeIdp::start(rig.app.now().as_second()).await;
    let id = rig.connect(&rig.shop, &second.issuer, |_| {}).await;
    second.person("tester", &json!({}));
    let mut tester = Browser::of(&clerk);
    let away = tester
        .get(&rig.web, &rig.shop.host, &format!("/manage/sso/{id}/test"))
        .await;
    let back = second.log_in(away.location());
    tester.get(&rig.web, &rig.shop.host, &callback(id, &back)).await;
    rig.web
        .submit(&rig.owner, &format!("/manage/sso/{id}/activation"), &[])
        .await;
    second.person("248289761001", &json!({}));
    let mut browser = Browser::default();
    let away = browser
        .get(&rig.web, &rig.shop.host, &format!("/manage/login/sso/{id}"))
        .await;
    let back = second.log_in(away.location());
    let answer = browser.get(&rig.web, &rig.shop.host, &callback(id, &back)).await;
    assert_eq!(answer.status, 422, "47 the same subject, another issuer");
    assert!(!rig.is_in(&browser).await);
    report("OIDC attack list: people 45 46 47 covered");
}

#[tokio::test(flavor = "multi_thread")]
async fn providers_inside_our_own_network_are_not_called() {
    let rig = Rig::new().await;
    let web = Web::with_settings(&rig.app, &[("BILTEN_IDP_REACH", "public")]);
    rig.idp.asked();
    let answer = web.page(&rig.shop.host, &format!("/manage/login/sso/{}", rig.id)).await;
    assert_eq!(answer.status, 502, "52 a provider on a private address");
    assert_eq!(rig.last_attempt().await.failed.as_deref(), Some("address"));
    assert_eq!(rig.idp.asked(), Vec::<String>::new());
    let fields = [
        ("name", "Inside"),
        ("issuer", "https://169.254.169.254"),
        ("client_id", "x"),
        ("secret", "x"),
    ];
    let refused = web.submit(&rig.owner, "/manage/sso", &fields).await;
    assert_eq!(refused.status, 422);
}
