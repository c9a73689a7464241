//! Log-out by the provider: the sessions that it names die, those of others do not.

use axum::body::Body;
use bilten_tests::{
    Answer,
    fakes::{SamlTwist, saml::message},
    report,
};
use http::Request;
use url::{Url, form_urlencoded};

use super::{Browser, Rig, SamlIdp};

fn slo_url(rig: &Rig) -> String {
    format!("http://{}:8080/sso/{}/saml/slo", rig.shop.host, rig.id)
}

async fn ask(rig: &Rig, query: &str) -> Answer {
    rig.app.advance(jiff::SignedDuration::from_millis(1));
    rig.web
        .page(&rig.shop.host, &format!("/sso/{}/saml/slo?{query}", rig.id))
        .await
}

async fn session(rig: &mut Rig, name: &str) -> Browser {
    rig.idp.session = name.to_owned();
    let (browser, page) = rig.log_in(&SamlTwist::default()).await;
    assert!(rig.is_in(&browser).await, "{}", page.text);
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_that_is_named_dies_and_the_provider_is_answered() {
    let mut rig = Rig::new().await;
    let first = session(&mut rig, "s-1").await;
    let second = session(&mut rig, "s-2").await;
    rig.idp.session = "s-1".to_owned();
    let answer = ask(&rig, &rig.idp.log_out(&slo_url(&rig), rig.app.now(), &[])).await;
    assert!(!rig.is_in(&first).await && rig.is_in(&second).await);
    let url = Url::parse(answer.location()).unwrap();
    assert!(
        answer
            .location()
            .starts_with("https://idp.example.com/slo?SAMLResponse="),
        "{url}"
    );
    assert!(
        url.query_pairs()
            .any(|(name, value)| name == "RelayState" && value == "r s")
    );
    let said = message(&url, "SAMLResponse").unwrap();
    assert!(
        said.contains("status:Success") && said.contains("InResponseTo=\"_l"),
        "{said}"
    );
    // The same by a form, signed inside.
    rig.idp.session = "s-2".to_owned();
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("SAMLRequest", &rig.idp.log_out_form(&slo_url(&rig), rig.app.now()))
        .finish();
    let request = Request::post(format!("/sso/{}/saml/slo", rig.id))
        .header("host", &rig.shop.host)
        .header("content-type", "application/x-www-form-urlencoded");
    let answer = rig.web.send(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    assert!(!rig.is_in(&second).await);
    // Who logged in by other means stays.
    assert_eq!(rig.web.look(&rig.owner, "/manage").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn counted_requests_to_log_out_that_are_not_the_providers_end_nothing() {
    let mut rig = Rig::new().await;
    let browser = session(&mut rig, "s-1").await;
    let honest = rig.idp.log_out(&slo_url(&rig), rig.app.now(), &[]);
    let unsigned = honest.split("&SigAlg").next().unwrap().to_owned();
    let twice = format!("{honest}&SAMLRequest=x");
    let weak = honest.replace("rsa-sha256", "hmac-sha256");
    let forged = SamlIdp::stranger(super::IDP).log_out(&slo_url(&rig), rig.app.now(), &[]);
    let elsewhere = rig.idp.log_out("https://other.example/slo", rig.app.now(), &[]);
    let other = rig.idp.log_out(
        &slo_url(&rig),
        rig.app.now(),
        &[(super::IDP, "https://evil.example".to_owned())],
    );
    let old = rig
        .idp
        .log_out(&slo_url(&rig), rig.app.now() - jiff::SignedDuration::from_mins(10), &[]);
    let nobody = rig
        .idp
        .log_out(&slo_url(&rig), rig.app.now(), &[("p-248289761001", String::new())]);
    for (name, query, wanted) in [
        ("66 unsigned", unsigned, "sig_missing"),
        ("66 signed with a symmetric method", weak, "sig_method"),
        ("66 forged", forged, "signature"),
        (
            "66 changed",
            honest.replace("RelayState=r", "RelayState=x"),
            "signature",
        ),
        ("66 two requests", twice, "saml_shape"),
        ("66 for another address", elsewhere, "saml_destination"),
        ("66 of another provider", other, "iss"),
        ("66 old", old, "iat"),
        ("66 names nobody", nobody, "saml_name_id"),
    ] {
        let answer = ask(&rig, &query).await;
        assert_eq!(answer.status, 400, "{name}");
        assert_eq!(rig.failed().await.as_deref(), Some(wanted), "{name}");
        assert!(rig.is_in(&browser).await, "{name}");
    }
    // 67: the same provider in another shop asks about the same person.
    let there = rig.connect(&rig.other, &rig.idp, |_| {}).await;
    let address = format!("http://{}:8080/sso/{there}/saml/slo", rig.other.host);
    let query = rig.idp.log_out(&address, rig.app.now(), &[]);
    let answer = rig
        .web
        .page(&rig.other.host, &format!("/sso/{there}/saml/slo?{query}"))
        .await;
    assert_eq!(answer.status, 303);
    assert!(rig.is_in(&browser).await, "67");
    let obeyed = rig.idp.log_out(&slo_url(&rig), rig.app.now(), &[]);
    assert_eq!(ask(&rig, &obeyed).await.status, 303);
    assert!(!rig.is_in(&browser).await);
    assert_eq!(ask(&rig, &obeyed).await.status, 400, "obeyed once");
    assert_eq!(rig.failed().await.as_deref(), Some("replay"));
    report("SAML attack list: 66 67 requests to log out, nine lies and a replay");
}
