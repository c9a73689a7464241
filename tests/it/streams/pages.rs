//! The page of the streams.

use bilten_tenancy::permissions::Role;
use bilten_tests::{Clerk, Web};

use jiff::SignedDuration;

use super::{Receiver, Stage};

const PAGE: &str = "/manage/audit/streams";

fn flash(answer: &bilten_tests::Answer) -> String {
    let cookies = answer.cookies();
    let found = cookies.iter().find_map(|cookie| cookie.strip_prefix("flash="));
    found
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_is_made_tested_renewed_stopped_and_removed() {
    let stage = Stage::open().await;
    let receiver = Receiver::start().await;
    let (web, owner) = (&stage.web, &stage.owner);
    assert!(web.look(owner, PAGE).await.text.contains("Nothing is streamed"));
    let made = web
        .submit(
            owner,
            PAGE,
            &[("name", "Security"), ("kind", "https"), ("address", &receiver.url())],
        )
        .await;
    assert!(made.status == 200 && made.text.contains("whsec_"), "{}", made.text);
    let page = web.look(owner, PAGE).await.text;
    assert!(
        page.contains("Security") && !page.contains("whsec_"),
        "shown once: {page}"
    );
    let at = page
        .split("/manage/audit/streams/ast_")
        .nth(1)
        .unwrap()
        .split('/')
        .next()
        .unwrap()
        .to_owned();
    let at = format!("{PAGE}/ast_{at}");
    assert_eq!(
        flash(&web.submit(owner, &format!("{at}/test"), &[]).await),
        "flash-stream-tested"
    );
    stage.flow().await;
    let got = receiver.got();
    let tested = got
        .iter()
        .flat_map(super::Message::lines)
        .any(|line| line["action"] == "audit_stream.tested");
    assert!(tested, "{got:?}");
    assert!(web.look(owner, PAGE).await.text.contains("All is sent"));
    let renewed = web.submit(owner, &format!("{at}/secret"), &[]).await.text;
    assert!(
        renewed.contains("whsec_") && renewed.contains("Drop the old secret"),
        "{renewed}"
    );
    for (what, said) in [
        ("former-secret", "flash-stream-changed"),
        ("former-secret", "flash-refused-stream-state"),
        ("resumption", "flash-refused-stream-state"),
        ("pause", "flash-stream-changed"),
        ("test", "flash-refused-stream-state"),
        ("resumption", "flash-stream-changed"),
        ("removal", "flash-stream-changed"),
    ] {
        assert_eq!(
            flash(&web.submit(owner, &format!("{at}/{what}"), &[]).await),
            said,
            "{what}"
        );
    }
    assert_eq!(
        web.submit(owner, &format!("{at}/pause"), &[]).await.status,
        404,
        "it is gone"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_and_what_leads_inside_is_refused() {
    let stage = Stage::open().await;
    let web = Web::with_settings(&stage.app, &[("BILTEN_IDP_REACH", "public")]);
    for (kind, address) in [
        ("https", "http://siem.example.com/"),
        ("https", "https://127.0.0.1/"),
        ("https", "https://metadata.google.internal/"),
        ("syslog_tls", "localhost:6514"),
        ("syslog_tcp", "10.1.2.3:514"),
        ("syslog_tcp", "siem.example.com:22"),
        ("syslog_tcp", "nothing"),
    ] {
        let refused = web
            .submit(
                &stage.owner,
                PAGE,
                &[("name", "x"), ("kind", kind), ("address", address)],
            )
            .await;
        assert_eq!(refused.status, 422, "{kind} {address}: {}", refused.text);
        assert!(refused.text.contains("cannot be used"), "{address}");
    }
    let fine = ("address", "https://siem.example.com/in");
    for wrong in [
        ("name", ""),
        ("after", "-1"),
        ("after", "99999"),
        ("after", "x"),
        ("ca_pem", "junk"),
    ] {
        let mut fields = vec![("kind", "https"), fine, wrong];
        if wrong.0 != "name" {
            fields.push(("name", "x"));
        }
        assert_eq!(web.submit(&stage.owner, PAGE, &fields).await.status, 422, "{wrong:?}");
    }
    let auditor = Clerk::hire(&stage.app, (stage.nord.id, &stage.nord.host), Role::Viewer, None).await;
    assert_eq!(web.look(&auditor, PAGE).await.status, 404);
    let stranger = Clerk::hire(&stage.app, (stage.sor.id, &stage.sor.host), Role::Owner, None).await;
    for n in 0..3 {
        let name = format!("n{n}");
        let made = web
            .submit(&stage.owner, PAGE, &[("name", &name), ("kind", "https"), fine])
            .await;
        assert_eq!(made.status, 200, "{}", made.text);
    }
    let fourth = web
        .submit(&stage.owner, PAGE, &[("name", "x"), ("kind", "https"), fine])
        .await;
    assert_eq!(flash(&fourth), "flash-refused-stream-many");
    assert!(web.look(&stranger, PAGE).await.text.contains("Nothing is streamed"));
    // The first name cannot be resolved here: it is tried again, and the page says why it stands.
    web.run_jobs().await;
    stage.app.advance(SignedDuration::from_mins(1));
    web.run_jobs().await;
    web.state.streams.idle().await;
    let page = web.look(&stage.owner, PAGE).await.text;
    assert!(page.contains("unreachable") || page.contains("timeout"), "{page}");
}
