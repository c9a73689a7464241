//! Seventy ways in which a provider, a network or a stranger could fool us, each refused by the name of its check.

use std::collections::BTreeSet;

use bilten_sso::saml::{BadCertificate, Certificate};
use bilten_tests::report;
use jiff::SignedDuration;

use super::{
    Browser, Rig, SamlAsked,
    lies::{self, Case, assertion, plain},
};

#[tokio::test(flavor = "multi_thread")]
async fn counted_lies_in_answers_are_found_by_name_and_let_nobody_in() {
    let rig = Rig::new().await;
    let mut numbers = BTreeSet::new();
    let mut count = 0;
    for case in lies::fixed() {
        refused(&rig, &case).await;
        numbers.insert(case.0.get(..2).unwrap_or_default());
        count += 1;
    }
    for at in 0..lies::timed(&rig).len() {
        rig.app.advance(SignedDuration::from_millis(1));
        let case = lies::timed(&rig).swap_remove(at);
        refused(&rig, &case).await;
        numbers.insert(case.0.get(..2).unwrap_or_default());
        count += 1;
    }
    let (browser, page) = rig.log_in(&plain()).await;
    assert!(rig.is_in(&browser).await, "the honest way still works: {}", page.text);
    report(&format!(
        "SAML attack list: {count} lies refused by name, cases {numbers:?}"
    ));
}

async fn refused(rig: &Rig, case: &Case) {
    let (browser, page) = rig.log_in(&case.2).await;
    assert_eq!(page.status, 422, "{}: {}", case.0, page.text);
    assert!(!page.text.contains("evil.example"), "{}", case.0);
    assert_eq!(rig.failed().await.as_deref(), Some(case.1), "{}", case.0);
    assert!(!rig.is_in(&browser).await, "{}", case.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn counted_what_is_no_answer_at_all_is_refused_by_name() {
    let rig = Rig::new().await;
    let post = async |body: &str| {
        let request = http::Request::post(format!("/sso/{}/saml/acs", rig.id))
            .header("host", &rig.shop.host)
            .header("content-type", "application/x-www-form-urlencoded");
        rig.web
            .send(request.body(axum::body::Body::from(body.to_owned())).unwrap())
            .await
    };
    for (name, body, wanted) in [
        ("40 not base64", "SAMLResponse=%21%21%21".to_owned(), "saml_base64"),
        ("40 nothing", String::new(), "xml_form"),
        (
            "39 deflated",
            format!("SAMLResponse={}", "y0jNyclXKM8vyklRBAA%3D"),
            "xml_encoding",
        ),
        (
            "36 bytes of UTF-16",
            "SAMLResponse=%2F%2F48AA%3D%3D".to_owned(),
            "xml_encoding",
        ),
    ] {
        let led = post(&body).await;
        assert!(
            led.location().contains("failed=sat_"),
            "{name}: {} {}",
            led.status,
            led.text
        );
        assert_eq!(rig.failed().await.as_deref(), Some(wanted), "{name}");
    }
    // 38: what is longer than a form may be is not even read.
    let long = post(&format!("SAMLResponse={}", "A".repeat(600 * 1024))).await;
    assert_eq!(long.status, 413);
    // 52: within the skew it passes.
    let edge = (rig.app.now() + SignedDuration::from_secs(59)).to_string();
    let twist = assertion(
        "<saml:Conditions NotBefore=\"",
        format!("<saml:Conditions NotBefore=\"{edge}\" NotC=\""),
    );
    let (browser, page) = rig.log_in(&twist).await;
    assert!(rig.is_in(&browser).await, "{}", page.text);
    // 30: keys that are too weak cannot be pinned.
    for weak in [SHORT_RSA, DSA] {
        assert_eq!(Certificate::read(weak).err(), Some(BadCertificate::Key), "30");
    }
    assert!(Certificate::read(&rig.idp.certificate()).is_ok());
    report("SAML attack list: 30 36 38 39 40 52 by size, encoding and keys");
}

#[tokio::test(flavor = "multi_thread")]
async fn counted_the_way_of_logging_in_that_is_asked_for_is_insisted_on() {
    let rig = Rig::new().await;
    let metadata = rig.idp.metadata();
    let token = "urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken";
    let fields = [("metadata", metadata.as_str()), ("authn_context", token)];
    rig.web
        .submit(&rig.owner, &format!("/manage/sso/{}/saml", rig.id), &fields)
        .await
        .expect(303);
    let mut browser = Browser::default();
    let away = browser
        .get(&rig.web, &rig.shop.host, &format!("/manage/login/sso/{}", rig.id))
        .await;
    assert!(SamlAsked::read(away.location()).xml.contains(token));
    rig.log_in(&plain()).await;
    assert_eq!(rig.failed().await.as_deref(), Some("saml_authn"), "65");
    let (browser, page) = rig
        .log_in(&assertion("urn:oasis:names:tc:SAML:2.0:ac:classes:Password", token))
        .await;
    assert!(rig.is_in(&browser).await, "{}", page.text);
    report("SAML attack list: 65 a weaker way of logging in is refused");
}

/// A key of 1,024 bits.
const SHORT_RSA: &str = "MIIB/jCCAWegAwIBAgIUBnbSsu6Z+6XIIUgBjU7c5c64QrowDQYJKoZIhvcNAQELBQAwEDEOMAwGA1UEAwwFc2hvcnQwIBcNMjYxMjAxMDEwNDU1WhgPMjEyNjExMDcwMTA0NTVaMBAxDjAMBgNVBAMMBXNob3J0MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC77tioLSsg4k/7vwVE+SfYiu5H2AKsGyabnNcWNSmSgfHcIDOf08CmI0/vUSm4AjFb1CWnFq72VDEtN84a4oOANoW/pJdQPZiiY3ujnYlaE9HxaH5WSlSuMwygXeZGew54E45rmIbQxTwqBdaS93A1tZneWMxdmj1DSry/jZZ/lwIDAQABo1MwUTAdBgNVHQ4EFgQUujGJx+2dZbX5AZzl3p0s6ruaEjgwHwYDVR0jBBgwFoAUujGJx+2dZbX5AZzl3p0s6ruaEjgwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOBgQAAHhWOon/8LqOYRXHnn2eldmXd4fKUl4l+KiQa4NVZpdODAOADCcoaYu8ez4xqIlSEvYI7+PTkSfwyDoDr8TpOHwcrjG/QDwXYOGg4vY84HRDST8P2AYMY5052H+CJDUv3ZNHtrGYEdb1GUdPcx7hTPQFWYBDJ7zWpyh/Gr5DauA==";

/// A key of the wrong kind.
const DSA: &str = "MIIEVzCCBAWgAwIBAgIUO8NTdljB4gMi4WQyYxwz7zi4BscwCwYJYIZIAWUDBAMCMA4xDDAKBgNVBAMMA2RzYTAgFw0yNjEyMDEwMTA0NTZaGA8yMTI2MTEwNzAxMDQ1NlowDjEMMAoGA1UEAwwDZHNhMIIDQjCCAjUGByqGSM44BAEwggIoAoIBAQCQqm7oe/5kLEfHcmLcXYvP5gt+6OZxXz96p+AqRlf3r5WYESITJaujmwkZxJgcMRa1ZEmGdp+J7a/CEjpxpGLpG8D9xdKg+zaTxEBinM8+GD2ycX+qfA5/+Mzr/lt10v3WhNeMu5uOkThnTY4EjrSMjCUi6JRYX30W+48JRC4B+mYW9rWS5oT9XYKZeF3T/Gfcc9sYC5yAvfzdLVsaKhT6uj/hIgSHnjyVtdfY5YiozY+w41Yrsq1u/GPDlbZoyJGsQc+VO1LMF4EISzMMjGbRI8BjVjJOGjfWVy6xS+A1/iaNZA4+NUOAp6M9Ecp/NctkJmLNaop5qXR8S4XHHN5RAh0AnAGUQjHdGShZ0Cc3MOMDLjQs28XMG+y3k6T+NwKCAQAg25s9toxQaj1PjZ3JaDTR0gTN9EBg0Kg6H+qLrvPyVsZkeoqaJB/nxlp5J8rASPaEmZEdeM86Q2Wvvx22J06qSMoF23pDWCkrQV05mPR9CeiEPGwKjujAD7WG8620F4uK9fOK8sjFUi4H9f+MwUQxBJcHONzdnBA3cI/Z9Bmy9/nlniea6ZeHHarh6WAGoVOHnHcTYEoLZW/VdLwXMykFSO73EgeR2oQ7r8Sxh4IqkR52/pqA4UazFa57MNL0Cr/XALnwMZ5I3kLVQUAZViJjoLwYVSyqLyk9GlQJa4i7PAY8jypEsu7Oe/Z17FXXxDSBqp4ctNbeb5X5ZGluoxvjA4IBBQACggEAMQczVr/Chp5F220HD5NSAWVoq3hn/iZACp8q17/3HiJoQrkbbBfQ+Rs1o931lnRcKeUg5tT6TeBz03JfNRmjgdT3uKD3VSiGLIl4HsIU8O7di4iRzt4b+FhZv/butET2j4e51obmRJWWh0hrdCsHCrbk3Vm+OOhcV3AXv9vbs4AazoEMG6xZh+jT4H/I5NimeWbP3G0JWoO1eCEabyCJXiG7isPbcuc4oHguvF2RsolUHw03qHUA+p5KQd0Ig0xqfqih0LI0gI3JMfPEP81lUc1uc3jXynsHrem99GU4ZbDsIKBOVbBtk1OexL+3qirB9LNbxiqItzYpkoqk1iU/UKNTMFEwHQYDVR0OBBYEFLt5xUz/LDsNrLTk5R3XH7kiso+sMB8GA1UdIwQYMBaAFLt5xUz/LDsNrLTk5R3XH7kiso+sMA8GA1UdEwEB/wQFMAMBAf8wCwYJYIZIAWUDBAMCAz8AMDwCHAeB41v8nMJjmQL9VcWE5hlgiwAAMQJ2Pb3dlIsCHHvq/O13ZfT/diNErIiTHf/6Xi1GYnzt1ZRwsLQ=";
