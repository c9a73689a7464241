//! The waiting page: small, from memory, without script; and the work that joining costs.

use bilten_kernel::ApiScopes;
use bilten_tests::{Answer, TestApp, Web, report};
use jiff::SignedDuration;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::guest::{Guest, look, set_up, settings};

const QUEUE: &str = "/events/concert/queue";
/// Bytes that a waiting page may have.
const MOST_BYTES: usize = 15_000;

fn check(answer: &Answer, state: &str) -> usize {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let text = &answer.text;
    assert!(text.contains(&format!("data-state=\"{state}\"")), "{state}: {text}");
    assert!(
        text.contains("<noscript><meta http-equiv=\"refresh\""),
        "{state} looks again without script"
    );
    assert!(
        text.contains("aria-live=\"polite\""),
        "{state} speaks to screen readers"
    );
    assert!(!text.contains('\u{f8f0}'), "{state} has a gap");
    assert!(text.len() < MOST_BYTES, "{state}: {} bytes", text.len());
    assert_eq!(answer.headers["cache-control"], "no-store");
    text.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn counted_every_state_is_a_small_page_that_works_without_script() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, _) = web.open_sale(&shop, 100, 20_000).await;
    let mut room = settings(Some(app.now() + SignedDuration::from_mins(10)), 60);
    room.message = "Bring warm <clothes> & a cup.".to_owned();
    set_up(&app, &web, &shop, &event, room).await;
    let [guest, other] = ["192.0.2.1", "192.0.2.2"].map(|ip| Guest::at(&web, &shop, ip));
    let mut sizes = vec![check(&guest.get(QUEUE).await, "join_before")];
    guest.join().await;
    other.join().await;
    let page = guest.get(QUEUE).await;
    sizes.push(check(&page, "before"));
    assert!(
        page.text.contains("10:00") && page.text.contains("Bring warm &lt;clothes&gt; &amp; a cup."),
        "{}",
        page.text
    );
    app.advance(SignedDuration::from_mins(10));
    sizes.push(check(&guest.get(QUEUE).await, "drawing"));
    look(&web, &shop).await;
    let page = guest.get(QUEUE).await;
    sizes.push(check(&page, "waiting"));
    assert!(page.text.contains("less than a minute"), "{}", page.text);
    app.advance(SignedDuration::from_secs(3));
    sizes.push(check(&guest.get(QUEUE).await, "turn"));
    guest.post("/events/concert/queue/pass", &[]).await.leads_to();
    sizes.push(check(&guest.get(QUEUE).await, "pass"));
    sizes.push(check(&Guest::at(&web, &shop, "192.0.2.3").get(QUEUE).await, "join"));
    report(&format!(
        "waiting page: {} states, {} bytes at most (of {MOST_BYTES})",
        sizes.len(),
        sizes.iter().max().unwrap()
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn counted_the_longest_message_still_makes_a_small_page() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, _) = web.open_sale(&shop, 100, 20_000).await;
    let mut room = settings(None, 60);
    room.message = "<\u{1f3ab}&".repeat(166);
    set_up(&app, &web, &shop, &event, room).await;
    let guest = Guest::at(&web, &shop, "192.0.2.1");
    guest.join().await;
    Guest::at(&web, &shop, "192.0.2.2").join().await;
    let bytes = check(&guest.get(QUEUE).await, "waiting");
    report(&format!("waiting page: {bytes} bytes with the longest message"));
}

#[tokio::test(flavor = "multi_thread")]
async fn polls_and_pages_are_answered_while_the_database_is_gone() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, _) = web.open_sale(&shop, 100, 20_000).await;
    set_up(&app, &web, &shop, &event, settings(None, 1)).await;
    let guest = Guest::at(&web, &shop, "192.0.2.1");
    Guest::at(&web, &shop, "192.0.2.2").join().await;
    guest.join().await;
    check(&guest.get(QUEUE).await, "waiting");
    app.db.close().await;
    app.platform.close().await;
    for _ in 0..200 {
        assert_eq!(guest.state().await, "waiting");
    }
    check(&guest.get(QUEUE).await, "waiting");
    app.advance(SignedDuration::from_mins(2));
    assert_eq!(guest.state().await, "turn", "time alone lets people in");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_work_a_network_joins_slowly_and_with_work_it_does_not() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, _) = web.open_sale(&shop, 100, 20_000).await;
    set_up(&app, &web, &shop, &event, settings(None, 60)).await;
    let here = || Guest::at(&web, &shop, "192.0.2.1");
    for _ in 0..5 {
        here().join().await;
    }
    let refused = here().post(QUEUE, &[]).await;
    assert_eq!(refused.status, 429, "{}", refused.text);
    assert!(refused.headers.contains_key("retry-after"));
    Guest::at(&web, &shop, "192.0.2.2").join().await;

    let worker = here();
    let work = worker.get("/events/concert/queue/challenge").await.expect(200);
    let fields = solve(&work);
    let sent: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(worker.post(QUEUE, &sent).await.leads_to(), QUEUE);
    assert_eq!(worker.status().await["seat"], 6);
    let stranger = here();
    assert_eq!(stranger.post(QUEUE, &sent).await.status, 429, "work of another browser");
    let mut wrong = sent.clone();
    wrong.retain(|(name, _)| *name != "number");
    wrong.push(("number", "20001"));
    let lazy = here();
    lazy.set_cookie("queue-device", &worker.cookie("queue-device").unwrap());
    assert_eq!(lazy.post(QUEUE, &wrong).await.status, 429, "work that was not done");
    for _ in 0..50 {
        here().get("/events/concert/queue/challenge").await.expect(200);
    }
    let harder = here().get("/events/concert/queue/challenge").await.expect(200);
    assert!(
        harder["maxnumber"].as_u64() > work["maxnumber"].as_u64(),
        "{harder} after {work}"
    );
}

fn solve(work: &Value) -> Vec<(&'static str, String)> {
    let text = |name: &str| work[name].as_str().unwrap().to_owned();
    let (challenge, salt) = (text("challenge"), text("salt"));
    let number = (0..=work["maxnumber"].as_u64().unwrap())
        .find(|n| data_encoding::HEXLOWER.encode(&Sha256::digest(format!("{salt}{n}"))) == challenge)
        .expect("the work can be done");
    vec![
        ("challenge", challenge),
        ("salt", salt),
        ("signature", text("signature")),
        ("number", number.to_string()),
    ]
}
