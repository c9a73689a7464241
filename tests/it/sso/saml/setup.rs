//! Setting a SAML connection up, and keeping it: descriptions, certificates, and whom a change is refused.

use bilten_sso::connections;
use bilten_tests::{Web, fakes::SamlTwist, report};
use jiff::SignedDuration;

use super::{Rig, SamlIdp};

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_set_up_with_pasted_metadata_and_shows_what_the_provider_must_know() {
    let rig = Rig::new().await;
    let form = rig.web.look(&rig.owner, "/manage/sso/new/saml?guide=okta").await;
    assert!(
        form.text.contains("/saml/acs") && form.text.contains("Persistent"),
        "{}",
        form.text
    );
    let idp = SamlIdp::new("https://second.example");
    let metadata = idp.metadata();
    let fields = [("guide", "okta"), ("name", "Second"), ("metadata", metadata.as_str())];
    let made = rig.web.submit(&rig.owner, "/manage/sso/new/saml", &fields).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let page = rig.web.look(&rig.owner, made.location()).await;
    for part in ["https://second.example/sso", "/saml/slo", "Certificates that sign"] {
        assert!(page.text.contains(part), "{part} in {}", page.text);
    }
    assert!(!page.text.contains("client_id"), "a SAML connection has no client id");
    for (metadata, said) in [
        ("", "metadata of one identity provider"),
        ("<!DOCTYPE x><x/>", "metadata of one identity provider"),
        (
            metadata
                .replace("/sso\"", "\"")
                .replace("https://second.example", "ftp://x")
                .as_str(),
            "HTTP-Redirect",
        ),
        (
            metadata.replace("X509Certificate>", "X509Other>").as_str(),
            "one to four certificates",
        ),
    ] {
        let refused = rig
            .web
            .submit(
                &rig.owner,
                "/manage/sso/new/saml",
                &[("name", "x"), ("metadata", metadata)],
            )
            .await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains(said), "{said} in {}", refused.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn counted_certificates_are_changed_without_a_gap_and_the_provider_stays_the_same() {
    let mut rig = Rig::new().await;
    let page = format!("/manage/sso/{}/saml", rig.id);
    let next = SamlIdp::stranger(super::IDP);
    let both = rig.idp.metadata_with(&[rig.idp.certificate(), next.certificate()]);
    rig.web
        .submit(&rig.owner, &page, &[("metadata", &both)])
        .await
        .expect(303);
    let honest = rig.idp.clone();
    for idp in [next.clone(), honest.clone()] {
        rig.idp = idp;
        let (browser, answer) = rig.log_in(&SamlTwist::default()).await;
        assert!(rig.is_in(&browser).await, "two at once: {}", answer.text);
    }
    rig.web
        .submit(&rig.owner, &page, &[("metadata", &next.metadata())])
        .await
        .expect(303);
    rig.log_in(&SamlTwist::default()).await;
    assert_eq!(rig.failed().await.as_deref(), Some("signature"), "29 a retired key");
    // 69: the description of another provider is refused, whatever its keys.
    let swapped = SamlIdp::new("https://evil.example");
    let refused = rig
        .web
        .submit(&rig.owner, &page, &[("metadata", &swapped.metadata())])
        .await;
    assert_eq!(refused.status, 422, "69");
    assert!(refused.text.contains("another provider"), "{}", refused.text);
    // 68: nothing inside our own network is asked.
    let strict = Web::with_settings(&rig.app, &[("BILTEN_IDP_REACH", "public")]);
    for address in [
        "http://169.254.169.254/latest",
        "https://10.0.0.1/metadata",
        "https://localhost/x",
        "file:///etc/passwd",
    ] {
        let refused = strict.submit(&rig.owner, &page, &[("address", address)]).await;
        assert_eq!(refused.status, 422, "68 {address}");
    }
    report("SAML attack list: 29 68 69 descriptions and certificates");
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_are_warned_before_the_last_certificate_ends() {
    let rig = Rig::new().await;
    let page = format!("/manage/sso/{}/saml", rig.id);
    // An hour more, so that what the tests take is no day.
    let end = rig.app.now() + SignedDuration::from_hours(45 * 24 + 1);
    let ending = rig.idp.ending(&end.strftime("%Y%m%d%H%M%SZ").to_string());
    let due = async || {
        let mut tx = rig.app.db.begin(&rig.ctx()).await.unwrap();
        let due = connections::due_certificates(&mut tx, &rig.ctx()).await.unwrap();
        tx.commit().await.unwrap();
        due.iter().map(|warning| warning.days_left).collect::<Vec<i32>>()
    };
    // While the next one is pinned as well, nobody is warned of the one that ends.
    let both = rig
        .idp
        .metadata_with(&[ending.certificate(), SamlIdp::stranger(super::IDP).certificate()]);
    rig.web
        .submit(&rig.owner, &page, &[("metadata", &both)])
        .await
        .expect(303);
    assert_eq!(due().await, Vec::<i32>::new());
    rig.web
        .submit(&rig.owner, &page, &[("metadata", &ending.metadata())])
        .await
        .expect(303);
    for (days, left) in [
        (0, Some(45)),
        (1, None),
        (15, Some(29)),
        (1, None),
        (15, Some(13)),
        (7, Some(6)),
        (6, Some(0)),
    ] {
        rig.app.advance(SignedDuration::from_hours(days * 24));
        assert_eq!(
            due().await,
            left.into_iter().collect::<Vec<i32>>(),
            "after {days} more days"
        );
    }
}
