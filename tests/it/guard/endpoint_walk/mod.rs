//! Walks over every route of the registry: what belongs to one tenant answers to everybody else byte for
//! byte as if it did not exist.
//!
//! No route is listed here. A new kind of parameter fails the walk until it is given a thing of the victim's.

mod fixture;

use std::collections::BTreeSet;

use axum::body::Body;
use bilten_api::http::registry::{self, Access, Face, RouteInfo};
use bilten_kernel::ApiScopes;
use bilten_tests::{Answer, TestApp, Web, report};
use http::{Method, Request};

use fixture::{Caller, Shop};

/// Parameters that name no thing of a tenant by themselves; a picture is drawn from any `file` name.
const NOT_THINGS: [&str; 5] = ["page", "lang", "provider", "name", "file"];

fn routes() -> Vec<RouteInfo> {
    registry::all().into_iter().map(|route| route.info).collect()
}

fn parameters(path: &str) -> Vec<&str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
        .collect()
}

fn request(info: &RouteInfo, path: &str, host: &str, caller: &Caller) -> Request<Body> {
    let mut request = Request::builder().method(&info.method).uri(path).header("host", host);
    request = match caller {
        Caller::Nobody => request,
        Caller::Key(key) => request.header("authorization", format!("Bearer {key}")),
        Caller::Session { cookie, .. } => {
            request.header("cookie", format!("session={cookie}; __Host-session={cookie}"))
        }
    };
    if info.face.is_for_programs() {
        request = request
            .header("content-type", "application/json")
            .header("idempotency-key", "walk");
    } else {
        request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
    }
    let body = match (&info.method, caller) {
        (&Method::GET, _) => Body::empty(),
        _ if info.face.is_for_programs() => Body::from(fixture::JSON.to_string()),
        (_, Caller::Session { csrf, .. }) => Body::from(format!("csrf={csrf}&{}", fixture::FORM)),
        _ => Body::from(fixture::FORM),
    };
    request.body(body).expect("a request")
}

/// Status, headers and body without what differs from answer to answer anyway.
fn essence(answer: &Answer, path: &str) -> String {
    let mut text = format!("{}\n", answer.status);
    let mut masks = vec![(path.to_owned(), "PATH")];
    for (name, value) in &answer.headers {
        let value = value.to_str().unwrap_or("?").to_owned();
        if let Some(nonce) = value.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()) {
            masks.push((nonce.to_owned(), "NONCE"));
        }
        match name.as_str() {
            "x-request-id" => masks.push((value, "REQUEST")),
            // The number of requests that the key may still send.
            "date" | "ratelimit" => {}
            _ => text.extend([name.as_str(), ": ", value.as_str(), "\n"]),
        }
    }
    text.push_str(&answer.text);
    for (found, mask) in masks {
        let encoded = found.replace('/', "%2F");
        text = text.replace(&found, mask).replace(&encoded, mask);
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::too_many_lines, reason = "one walk, told from its beginning to its end")]
async fn counted_another_tenants_things_answer_like_things_that_do_not_exist() {
    let app = TestApp::start().await;
    let web = Web::with_settings(&app, &[("BILTEN_RATE_BURST", "100000")]);
    let victim = Shop::open(&app, &web, "nordlys").await;
    let attacker = Shop::open(&app, &web, "beacon").await;
    let mut assertions = 0;
    let mut walked = 0;
    let mut reached = BTreeSet::new();
    for info in routes()
        .iter()
        .filter(|info| !matches!(info.face, Face::Ops | Face::Platform))
    {
        let things: Vec<_> = parameters(info.path)
            .into_iter()
            .filter(|name| !NOT_THINGS.contains(name))
            .collect();
        if things.is_empty() {
            continue;
        }
        walked += 1;
        let of_victim = victim.path(info, false);
        let unknown = victim.path(info, true);
        let callers = [attacker.key(), attacker.session(), Caller::Nobody];
        // The second host: the victim's own, with credentials that are none there.
        for (host, caller) in callers
            .iter()
            .map(|caller| (&attacker.host, caller))
            .chain([(&victim.host, &callers[0]), (&victim.host, &callers[1])])
        {
            let is_open = matches!(info.access, Access::Public | Access::Signed);
            if host == &victim.host && is_open {
                continue;
            }
            let first = web.send(request(info, &of_victim, host, caller)).await;
            let second = web.send(request(info, &unknown, host, caller)).await;
            let (first_text, second_text) = (essence(&first, &of_victim), essence(&second, &unknown));
            assert_eq!(
                first_text, second_text,
                "{} {} as {caller:?} on {host}",
                info.method, info.path
            );
            assert!(
                !first.status.is_success(),
                "{} {} as {caller:?} on {host}: {}",
                info.method,
                info.path,
                first.status
            );
            assert!(
                !victim.is_seen_in(&first_text),
                "{} {} shows the victim",
                info.method,
                info.path
            );
            assertions += 3;
        }
        // The thing is there: its owner does reach it.
        if info.method == Method::GET {
            let owner = if info.face == Face::V1 {
                victim.key()
            } else {
                victim.session()
            };
            let answer = web.send(request(info, &of_victim, &victim.host, &owner)).await;
            assert_ne!(
                answer.status.as_u16(),
                404,
                "{} is not there for its owner either",
                info.path
            );
            reached.insert(info.path);
            assertions += 1;
        }
    }
    assert!(walked > 5, "the walk found only {walked} routes with things");
    report(&format!(
        "endpoint walk: {walked} routes with things of a tenant ({} read by their owner), {assertions} assertions, 0 differences",
        reached.len()
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_every_route_that_is_not_public_turns_strangers_away() {
    let app = TestApp::start().await;
    let web = Web::with_settings(&app, &[("BILTEN_RATE_BURST", "100000")]);
    let victim = Shop::open(&app, &web, "nordlys").await;
    let weak = web
        .make_key(&app.ctx(&app.alfa).in_tenant(victim.id), ApiScopes::default())
        .await;
    let mut assertions = 0;
    let routes = routes();
    for info in &routes {
        let host = if info.face == Face::Platform {
            "platform.localhost"
        } else {
            victim.host.as_str()
        };
        let path = victim.path(info, false);
        let callers: &[Caller] = match info.access {
            Access::Public | Access::Signed | Access::Ops => continue,
            Access::ApiScope(_) => &[
                Caller::Nobody,
                Caller::Key(weak.clone()),
                Caller::Key("tk_live_nonsense".into()),
            ],
            Access::Staff(_) | Access::Session | Access::Operator => &[
                Caller::Nobody,
                victim.key(),
                Caller::Session {
                    cookie: "A".repeat(43),
                    csrf: String::new(),
                },
            ],
        };
        for caller in callers {
            let answer = web.send(request(info, &path, host, caller)).await;
            let location = answer
                .headers
                .get("location")
                .and_then(|l| l.to_str().ok())
                .unwrap_or_default();
            let is_login = answer.status.is_redirection() && location.contains("/login");
            let is_refusal = matches!(answer.status.as_u16(), 401 | 403 | 404);
            assert!(
                is_login || is_refusal,
                "{} {} as {caller:?}: {}",
                info.method,
                info.path,
                answer.status
            );
            assert!(
                !victim.is_seen_in(&answer.text),
                "{} {} shows the shop's things",
                info.method,
                info.path
            );
            assertions += 2;
        }
    }
    report(&format!(
        "endpoint walk: {} routes, each with an access row, {assertions} assertions on strangers, 0 let in",
        routes.len()
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_no_tenant_reads_another_tenants_marker_or_the_platforms_name() {
    let app = TestApp::start().await;
    let web = Web::with_settings(&app, &[("BILTEN_RATE_BURST", "100000")]);
    let victim = Shop::open(&app, &web, "nordlys").await;
    let reader = Shop::open(&app, &web, "beacon").await;
    web.run_jobs().await;
    let mut answers = 0;
    for info in routes()
        .iter()
        .filter(|info| info.method == Method::GET && !matches!(info.face, Face::Ops | Face::Platform))
    {
        let path = reader.path(info, false);
        for caller in [reader.session(), reader.key(), Caller::Nobody] {
            let answer = web.send(request(info, &path, &reader.host, &caller)).await;
            let all = format!("{:?}\n{}", answer.headers, answer.text);
            assert!(!victim.is_seen_in(&all), "{path} shows another tenant");
            assert!(
                !all.to_lowercase().contains("bilten"),
                "{path} names the platform: {all}"
            );
            answers += 1;
        }
    }
    let mailbox = web.state.mailbox.as_ref().expect("tests have a development mailbox");
    let mails = mailbox.list(Some(reader.id)).await.expect("the mailbox is readable");
    for mail in &mails {
        let all = format!("{mail:?}");
        assert!(!victim.is_seen_in(&all), "a mail shows another tenant");
        assert!(
            !all.to_lowercase().contains("bilten"),
            "a mail names the platform: {all}"
        );
    }
    report(&format!(
        "canary: {answers} answers and {} mails without another tenant's marker or the platform's name",
        mails.len()
    ));
}
