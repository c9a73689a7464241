//! The way in: who is known, who is taken in, with which roles, and for how long.

use bilten_sso::domains::{self, Domain};
use bilten_tests::{Web, fakes::SamlTwist, report};
use jiff::SignedDuration;

use super::{Browser, Rig, SamlAsked, SamlIdp};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_the_provider_vouches_for_is_let_in_and_goes_on_where_he_wanted() {
    let rig = Rig::new().await;
    let (browser, page) = rig.log_in(&SamlTwist::default()).await;
    assert_eq!(
        page.location(),
        "/manage/orders",
        "58 59 the relay state leads nowhere: {}",
        page.text
    );
    assert!(rig.is_in(&browser).await);
    // Signed twice, or the response alone.
    for twist in [
        SamlTwist {
            signs_response: true,
            ..SamlTwist::default()
        },
        SamlTwist {
            signs_response: true,
            leaves_assertion: true,
            ..SamlTwist::default()
        },
    ] {
        let (browser, page) = rig.log_in(&twist).await;
        assert!(rig.is_in(&browser).await, "{}", page.text);
    }
    let attempt = rig.last_attempt().await;
    assert_eq!((attempt.purpose.as_str(), attempt.failed.as_deref()), ("log_in", None));
    let description = rig
        .web
        .page(&rig.shop.host, &format!("/sso/{}/saml/metadata", rig.id))
        .await;
    assert!(description.text.contains("AssertionConsumerService") && description.status == 200);
    // The other shop knows nothing of it.
    let there = rig
        .web
        .page(&rig.other.host, &format!("/sso/{}/saml/metadata", rig.id))
        .await;
    assert_eq!(there.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn counted_an_answer_counts_once_in_the_browser_that_asked_and_at_its_own_connection() {
    let rig = Rig::new().await;
    let (mut browser, asked) = rig.go().await;
    let honest = rig.idp.answer(&asked, rig.app.now(), &SamlTwist::default());
    let at = (&rig.shop, rig.id);
    let led = rig.post(at, &honest).await;
    // 46: somebody else's browser, with or without a cookie of its own, gets nothing, and takes nothing away.
    let (mut stranger, _) = rig.go().await;
    let page = stranger.get(&rig.web, &rig.shop.host, led.location()).await;
    assert_eq!(page.status, 422);
    assert!(!rig.is_in(&stranger).await);
    assert_eq!(rig.failed().await.as_deref(), Some("browser"));
    // 48, 49: the same answer again, here and on another node.
    let second = Web::new(&rig.app);
    for web in [&rig.web, &second] {
        super::post(web, (&rig.shop.host, rig.id), &honest).await;
        assert_eq!(rig.failed().await.as_deref(), Some("replay"));
    }
    let page = browser.get(&rig.web, &rig.shop.host, led.location()).await;
    assert!(rig.is_in(&browser).await, "{}", page.text);
    // The code counts once, also for the one who had it.
    let mut again = browser.clone();
    let page = again.get(&rig.web, &rig.shop.host, led.location()).await;
    assert_eq!(page.status, 422);
    super::post(&second, (&rig.shop.host, rig.id), &honest).await;
    assert_eq!(rig.failed().await.as_deref(), Some("replay"), "49 after it was used");
    // 45, 57: nobody asked.
    let unknown = SamlAsked {
        id: format!("_{}", "A".repeat(43)),
        ..asked.clone()
    };
    let unasked = rig.idp.answer(&unknown, rig.app.now(), &SamlTwist::default());
    rig.post(at, &unasked).await;
    assert_eq!(rig.failed().await.as_deref(), Some("saml_in_response_to"), "57");
    // A request that waited too long.
    let (mut late, asked) = rig.go().await;
    rig.app.advance(SignedDuration::from_mins(11));
    let answer = rig.idp.answer(&asked, rig.app.now(), &SamlTwist::default());
    rig.back(&mut late, at, &answer).await;
    assert_eq!(rig.failed().await.as_deref(), Some("saml_in_response_to"));
    // A code that nobody came for in time.
    let (mut late, asked) = rig.go().await;
    let led = rig
        .post(at, &rig.idp.answer(&asked, rig.app.now(), &SamlTwist::default()))
        .await;
    rig.app.advance(SignedDuration::from_mins(3));
    late.get(&rig.web, &rig.shop.host, led.location()).await;
    assert!(!rig.is_in(&late).await);
    report("SAML attack list: 45 46 48 49 57 58 59 by browsers, nodes and codes");
}

#[tokio::test(flavor = "multi_thread")]
async fn counted_one_provider_in_two_shops_speaks_for_each_by_itself() {
    let rig = Rig::new().await;
    // 56: the same provider, with the same key, in another shop.
    let there = rig.connect(&rig.other, &rig.idp, |_| {}).await;
    let (mut browser, asked) = rig.go().await;
    let answer = rig.idp.answer(&asked, rig.app.now(), &SamlTwist::default());
    // 70, 47: an answer to one is nothing to the other, whether it is for it or not.
    rig.post((&rig.other, there), &answer).await;
    let elsewhere = SamlAsked {
        acs_url: asked
            .acs_url
            .replace("nord", "sor")
            .replace(&rig.id.to_string(), &there.to_string()),
        entity_id: asked
            .entity_id
            .replace("nord", "sor")
            .replace(&rig.id.to_string(), &there.to_string()),
        ..asked.clone()
    };
    let led = rig
        .post(
            (&rig.other, there),
            &rig.idp.answer(&elsewhere, rig.app.now(), &SamlTwist::default()),
        )
        .await;
    assert!(led.location().contains("failed="), "47: {}", led.location());
    let mut tx = rig.app.db.begin(&rig.app.ctx_in(rig.other.id)).await.unwrap();
    let all = bilten_sso::sign_in::recent(&mut tx, there).await.unwrap();
    tx.rollback().await.unwrap();
    let failed: Vec<_> = all
        .iter()
        .map(|attempt| attempt.failed.clone().unwrap_or_default())
        .collect();
    assert!(
        failed.contains(&"saml_destination".to_owned()) && failed.contains(&"saml_in_response_to".to_owned()),
        "{failed:?}"
    );
    // Another shop's connection is not found here at all.
    assert_eq!(rig.post((&rig.shop, there), &answer).await.status, 404);
    // 28: the key of another shop's provider.
    let mut stranger = SamlIdp::stranger(super::IDP);
    stranger.name_id.clone_from(&rig.idp.name_id);
    let forged = stranger.answer(&asked, rig.app.now(), &SamlTwist::default());
    rig.post((&rig.shop, rig.id), &forged).await;
    assert_eq!(rig.failed().await.as_deref(), Some("signature"), "28");
    rig.back(&mut browser, (&rig.shop, rig.id), &answer).await;
    assert!(rig.is_in(&browser).await, "the honest way still works");
    report("SAML attack list: 28 47 56 70 between two shops");
}

#[tokio::test(flavor = "multi_thread")]
async fn counted_newcomers_are_taken_in_from_own_domains_with_the_roles_of_their_groups() {
    let mut rig = Rig::new().await;
    let person = |email: &str, groups: &[&str]| {
        vec![
            ("email".to_owned(), vec![email.to_owned()]),
            ("name".to_owned(), vec!["Ada Lovelace".to_owned()]),
            (
                "groups".to_owned(),
                groups.iter().map(|&group| group.to_owned()).collect(),
            ),
        ]
    };
    rig.idp.name_id = "p-ada".to_owned();
    rig.idp.attributes = person("ada@shop.example", &["Office"]);
    rig.log_in(&SamlTwist::default()).await;
    assert_eq!(
        rig.failed().await.as_deref(),
        Some("unknown"),
        "nobody is taken in unless it is allowed"
    );
    let fields = [("name", "Example ID"), ("jit", "1"), ("default_role", "")];
    rig.web
        .submit(&rig.owner, &format!("/manage/sso/{}", rig.id), &fields)
        .await
        .expect(303);
    rig.log_in(&SamlTwist::default()).await;
    assert_eq!(
        rig.failed().await.as_deref(),
        Some("domain"),
        "62 an address of a foreign domain"
    );
    own(&rig, "shop.example").await;
    rig.log_in(&SamlTwist::default()).await;
    assert_eq!(rig.failed().await.as_deref(), Some("no_role"));
    let map = [("group", "Office"), ("role", "event_manager"), ("confirmed", "1")];
    rig.web
        .submit(&rig.owner, &format!("/manage/sso/{}/groups", rig.id), &map)
        .await
        .expect(303);
    let (browser, page) = rig.log_in(&SamlTwist::default()).await;
    assert!(page.status == 303 && rig.is_in(&browser).await, "{}", page.text);
    // Out of the group, out of the shop.
    rig.idp.attributes = person("ada@shop.example", &[]);
    rig.log_in(&SamlTwist::default()).await;
    assert_eq!(rig.failed().await.as_deref(), Some("no_role"));
    report("SAML attack list: 62 a foreign domain; groups give roles");
}

#[tokio::test(flavor = "multi_thread")]
async fn counted_a_session_ends_with_the_one_at_the_provider() {
    let mut rig = Rig::new().await;
    rig.idp.session_until = Some(rig.app.now() + SignedDuration::from_mins(30));
    let (browser, _) = rig.log_in(&SamlTwist::default()).await;
    assert!(rig.is_in(&browser).await);
    rig.app.advance(SignedDuration::from_mins(31));
    assert!(!rig.is_in(&browser).await, "64");
    report("SAML attack list: 64 SessionNotOnOrAfter is obeyed");
}

async fn own(rig: &Rig, name: &str) {
    let domain: Domain = name.parse().unwrap();
    let mut tx = rig.app.db.begin(&rig.ctx()).await.unwrap();
    domains::add(&mut tx, &rig.ctx(), &domain).await.unwrap();
    domains::mark_verified(&mut tx, &rig.ctx(), &domain).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_that_fails_says_so_on_the_connections_page() {
    let rig = Rig::new().await;
    let mut browser = Browser::of(&rig.owner);
    let path = format!("/manage/sso/{}/test", rig.id);
    let away = browser.get(&rig.web, &rig.shop.host, &path).await;
    let twist = SamlTwist {
        is_forged: true,
        ..SamlTwist::default()
    };
    let answer = rig.idp.answer(&SamlAsked::read(away.location()), rig.app.now(), &twist);
    let page = rig.back(&mut browser, (&rig.shop, rig.id), &answer).await;
    assert_eq!(page.location(), format!("/manage/sso/{}", rig.id));
    let page = rig.web.look(&rig.owner, &format!("/manage/sso/{}", rig.id)).await;
    assert!(page.text.contains("<code>signature</code>"), "{}", page.text);
}
