//! Walks over every route of the registry: what belongs to one tenant answers to everybody else byte for
//! byte as if it did not exist.
//!
//! No route is listed here. A new kind of parameter fails the walk until it is given a thing of the victim's.

mod directory;
mod fixture;
mod money;
mod pages;
mod policies;
mod providers;
mod team;

pub use policies::policy;

use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::Body;
use bilten_api::http::registry::{self, Access, Face, RouteInfo};
use bilten_kernel::ApiScopes;
use bilten_tests::{Answer, TestApp, Web, report};
use http::{Method, Request};

use directory::key_for;
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

/// Each request has a key of its own: a key that was used must not decide the answer.
fn fresh_key() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("walk-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

fn request(info: &RouteInfo, path: &str, host: &str, (caller, body): (&Caller, &str)) -> Request<Body> {
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
            .header("idempotency-key", fresh_key());
    } else {
        request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
    }
    let body = match (&info.method, caller) {
        (&Method::GET, _) => Body::empty(),
        (_, Caller::Session { csrf, .. }) if !info.face.is_for_programs() => Body::from(format!("csrf={csrf}&{body}")),
        _ => Body::from(body.to_owned()),
    };
    request.body(body).expect("a request")
}

/// Status, headers and body without what differs from answer to answer anyway.
fn essence(answer: &Answer, path: &str) -> String {
    let mut text = format!("{}\n", answer.status);
    let mut masks = vec![(path.to_owned(), "PATH")];
    for (name, value) in &answer.headers {
        let value = value.to_str().unwrap_or("?").to_owned();
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
async fn counted_another_tenants_things_answer_like_things_that_do_not_exist() {
    let app = TestApp::start().await;
    let web = Web::with_settings(&app, &[("BILTEN_RATE_BURST", "100000")]);
    let victim = Shop::open(&app, &web, "nordlys").await;
    let attacker = Shop::open(&app, &web, "beacon").await;
    let mut assertions = 0;
    let mut walked = 0;
    for info in routes()
        .iter()
        .filter(|info| !matches!(info.face, Face::Ops | Face::Platform | Face::Notices))
    {
        let things: Vec<_> = parameters(info.path)
            .into_iter()
            .filter(|name| !NOT_THINGS.contains(name))
            .collect();
        if things.is_empty() {
            continue;
        }
        walked += 1;
        let body = match info.method {
            Method::GET => String::new(),
            _ => victim
                .body(info)
                .unwrap_or_else(|| panic!("give the walk a body for {} {}", info.method, info.path)),
        };
        let of_victim = victim.path(info, false);
        let unknown = victim.path(info, true);
        let callers = [key_for(&attacker, info), attacker.session(), Caller::Nobody];
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
            let first = web.send(request(info, &of_victim, host, (caller, &body))).await;
            let second = web.send(request(info, &unknown, host, (caller, &body))).await;
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
    }
    assert!(walked > 5, "the walk found only {walked} routes with things");
    assertions += refuse_things_in_bodies(&web, &victim, &attacker).await;
    let reached = reach_own_things(&web, &victim).await;
    assert_eq!(reached, walked, "the owner reaches each of them");
    report(&format!(
        "endpoint walk: {walked} routes with things of a tenant, each reached by its owner, \
         {} assertions, 0 differences",
        assertions + reached
    ));
}

/// What a body names of another tenant is answered like what nobody has.
async fn refuse_things_in_bodies(web: &Web, victim: &Shop, attacker: &Shop) -> usize {
    let mut assertions = 0;
    for (path, of_victim, unknown) in victim.named_in_bodies(attacker) {
        let send = async |body: &str| {
            let routes = routes();
            let info = routes
                .iter()
                .find(|info| info.path == path && info.method == Method::POST)
                .expect("the route is there");
            let caller = attacker.key();
            web.send(request(info, path, &attacker.host, (&caller, body))).await
        };
        let (first, second) = (send(&of_victim).await, send(&unknown).await);
        assert!(
            matches!(first.status.as_u16(), 404 | 409),
            "{path} {of_victim}: {} {}",
            first.status,
            first.text
        );
        // An answer may name what the request itself named.
        let plain = |answer: &Answer, body: &str| {
            let ids = body
                .split('"')
                .filter(|word| word.starts_with("evt_") || word.starts_with("tty_"));
            ids.fold(essence(answer, path), |text, id| text.replace(id, "SENT"))
        };
        let first = plain(&first, &of_victim);
        assert_eq!(first, plain(&second, &unknown), "{path} {of_victim}");
        assert!(!victim.is_seen_in(&first), "{path} shows the victim");
        assertions += 3;
    }
    assertions
}

/// The things are there, and the requests are sound: the owner's own are carried out, or refused for what the thing
/// has become. Reading comes first and ending last.
async fn reach_own_things(web: &Web, victim: &Shop) -> usize {
    let mut routes: Vec<RouteInfo> = routes()
        .into_iter()
        .filter(|info| !matches!(info.face, Face::Ops | Face::Platform | Face::Notices))
        .filter(|info| parameters(info.path).iter().any(|name| !NOT_THINGS.contains(name)))
        .collect();
    let ends = |info: &RouteInfo| {
        info.method == Method::DELETE
            || ["/cancellation", "/abandon", "/deletion"]
                .iter()
                .any(|end| info.path.ends_with(end))
    };
    // Last of all the token by which a directory reaches its own things.
    let is_token = |info: &RouteInfo| info.path == "/manage/scim/tokens/{id}/revocation";
    routes.sort_by_key(|info| (info.method != Method::GET, is_token(info), ends(info)));
    for info in &routes {
        let owner = if matches!(info.face, Face::V1 | Face::Scim) {
            key_for(victim, info)
        } else {
            victim.session()
        };
        let body = victim.body(info).unwrap_or_default();
        let path = victim.path(info, false);
        let answer = web.send(request(info, &path, &victim.host, (&owner, &body))).await;
        let is_domain_answer = match answer.status.as_u16() {
            200..300 => true,
            300..400 => !answer.location().contains("/login"),
            409 => info.method != Method::GET,
            status => providers::speaks_of_provider(info, status),
        };
        assert!(
            is_domain_answer,
            "{} {} as its owner: {} {}",
            info.method, info.path, answer.status, answer.text
        );
    }
    routes.len()
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
        let host = if matches!(info.face, Face::Platform | Face::Notices) {
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
            Access::Directory => &[Caller::Nobody, victim.key(), Caller::Key("blt_scim_nonsense".into())],
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
            let body = victim.body(info).unwrap_or_default();
            let answer = web.send(request(info, &path, host, (caller, &body))).await;
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
        .filter(|info| info.method == Method::GET && !matches!(info.face, Face::Ops | Face::Platform | Face::Notices))
    {
        let path = reader.path(info, false);
        for caller in [reader.session(), key_for(&reader, info), Caller::Nobody] {
            let answer = web.send(request(info, &path, &reader.host, (&caller, ""))).await;
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
    assert!(!mails.is_empty(), "the reader's order made a mail");
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
