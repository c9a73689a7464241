//! The whole way with `oidc-provider`, a certified provider by others: what it says is understood, and it understands us.

use std::{
    collections::BTreeMap,
    process::{Child, Command, Stdio},
    time::Duration,
};

use bilten_kernel::{ApiScopes, Clock as _, Secret, SsoConnectionId, SystemClock};
use bilten_sso::connections::{self, Draft, Terms};
use bilten_tenancy::permissions::Role;
use bilten_tests::{Clerk, Served, Shopkeeper, TestApp, Web, report};
use serde_json::json;
use tokio::net::TcpListener;
use url::Url;

use super::Browser;

const SECRET: &str = "s3cret-s3cret-s3cret-s3cret-s3cret";
/// What the script ends with where the provider cannot be had.
const NOT_THERE: i32 = 77;
/// Longest wait for its first answer; the first start installs it.
const PATIENCE: Duration = Duration::from_mins(2);

struct Peer {
    child: Child,
    issuer: String,
    client: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Peer {
    /// Starts it for one client; none, with the reason printed, where it cannot be had.
    async fn start(redirect: &str, logout: &str) -> Option<Self> {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let clients = json!([{ "id": "shop", "secret": SECRET, "redirect": redirect, "logout": logout }]);
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/oidc-provider.sh");
        let child = Command::new("bash")
            .args([script, &free.port().to_string(), &clients.to_string()])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        let mut peer = Self {
            child,
            issuer: format!("http://{free}"),
            client: client.timeout(Duration::from_secs(30)).build().unwrap(),
            cookies: BTreeMap::new(),
        };
        let until = tokio::time::Instant::now() + PATIENCE;
        while peer.client.get(&peer.issuer).send().await.is_err() {
            if let Some(ended) = peer.child.try_wait().unwrap() {
                assert_eq!(ended.code(), Some(NOT_THERE), "oidc-provider ended");
                let said = std::io::read_to_string(peer.child.stdout.take().unwrap()).unwrap();
                report(&format!("skipped: {}", said.trim()));
                return None;
            }
            assert!(tokio::time::Instant::now() < until, "oidc-provider does not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Some(peer)
    }

    /// Sends a request as a browser would; returns where it leads, if anywhere, and the page.
    async fn send(&mut self, address: &str, form: Option<&[(&str, &str)]>) -> (Option<String>, String) {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = match form {
            Some(fields) => self.client.post(address).form(fields),
            None => self.client.get(address),
        };
        let answer = request.header("cookie", cookies.join("; ")).send().await.unwrap();
        for cookie in answer.headers().get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let to = answer
            .headers()
            .get("location")
            .map(|to| to.to_str().unwrap().to_owned());
        let to = to.map(|to| {
            if to.starts_with('/') {
                format!("{}{to}", self.issuer)
            } else {
                to
            }
        });
        (to, answer.text().await.unwrap())
    }

    /// Logs a person in through the provider's own pages; returns the query that goes back to us.
    async fn log_in(&mut self, address: &str, name: &str) -> BTreeMap<String, String> {
        self.cookies.clear();
        let mut next = address.to_owned();
        for _ in 0..12 {
            if !next.starts_with(&self.issuer) {
                let url = Url::parse(&next).unwrap();
                return url.query_pairs().into_owned().collect();
            }
            let (to, page) = self.send(&next, None).await;
            next = if let Some(to) = to {
                to
            } else {
                let action = page
                    .split("action=\"")
                    .nth(1)
                    .unwrap()
                    .split('"')
                    .next()
                    .unwrap()
                    .to_owned();
                let is_login = page.contains("name=\"login\"");
                let fields: &[(&str, &str)] = if is_login {
                    &[("prompt", "login"), ("login", name), ("password", "x")]
                } else {
                    &[("prompt", "consent")]
                };
                self.send(&action, Some(fields)).await.0.unwrap()
            };
        }
        panic!("the provider leads in circles: {next}")
    }

    async fn control(&self, path: &str) {
        let answer = self
            .client
            .post(format!("{}/_control/{path}", self.issuer))
            .send()
            .await
            .unwrap();
        let status = answer.status();
        assert_eq!(status, 200, "{}", answer.text().await.unwrap());
    }
}

struct Place {
    web: Web,
    shop: Shopkeeper,
    id: SsoConnectionId,
    owner: Clerk,
}

impl Place {
    async fn go(&self, peer: &mut Peer, name: &str) -> (Browser, String) {
        let mut browser = Browser::default();
        let away = browser
            .get(&self.web, &self.shop.host, &format!("/manage/login/sso/{}", self.id))
            .await;
        let query = peer.log_in(away.location(), name).await;
        (browser, super::callback(self.id, &query))
    }

    async fn is_in(&self, browser: &Browser) -> bool {
        let mut browser = browser.clone();
        browser.get(&self.web, &self.shop.host, "/manage").await.status == 200
    }
}

/// Sets the connection up as somebody would who reads the provider's pages.
async fn settle(app: &TestApp, web: Web, peer: &Peer, (shop, id): (Shopkeeper, SsoConnectionId)) -> Place {
    let ctx = app.ctx_in(shop.id);
    let draft = Draft {
        guide: "generic".to_owned(),
        name: "Peer".to_owned(),
        issuer: peer.issuer.clone(),
        client_id: "shop".to_owned(),
        ..Draft::default()
    };
    let terms = Terms::read(&draft, web.state.sso.oidc.egress()).unwrap();
    let secret = Secret::new(SECRET.to_owned());
    let mut tx = web.state.db.begin(&ctx).await.unwrap();
    connections::create(&mut tx, &ctx, &web.state.sso.seal, (id, &terms, &secret))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let owner = Clerk::hire(app, (shop.id, &shop.host), Role::Owner, None).await;
    Place { web, shop, id, owner }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_a_certified_provider_and_we_understand_each_other() {
    let app = TestApp::start_at(SystemClock.now(), 4).await;
    let (web, served) = Served::with_own_address(&app).await;
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let id: SsoConnectionId = app.ctx_in(shop.id).new_id();
    let origin = format!("http://{}:{}", shop.host, served.address.port());
    let redirect = format!("{origin}/manage/login/sso/{id}/callback");
    let logout = format!("{origin}/sso/{id}/back-channel-logout");
    let Some(mut peer) = Peer::start(&redirect, &logout).await else {
        return;
    };
    let place = settle(&app, web, &peer, (shop, id)).await;

    let mut tester = Browser::of(&place.owner);
    let away = tester
        .get(&place.web, &place.shop.host, &format!("/manage/sso/{id}/test"))
        .await;
    let query = peer.log_in(away.location(), "owner").await;
    assert_eq!(query.get("iss"), Some(&peer.issuer), "it names itself in its answers");
    let answer = tester
        .get(&place.web, &place.shop.host, &super::callback(id, &query))
        .await;
    assert_eq!(answer.location(), format!("/manage/sso/{id}"), "{}", answer.text);
    place
        .web
        .submit(&place.owner, &format!("/manage/sso/{id}/activation"), &[])
        .await;
    let page = place.web.look(&place.owner, &format!("/manage/sso/{id}")).await;
    assert!(
        page.text.contains("o…@operahuset.example.com"),
        "user info is asked for the address: {}",
        page.text
    );

    let (mut browser, back) = place.go(&mut peer, "owner").await;
    let answer = browser.get(&place.web, &place.shop.host, &back).await;
    assert!(place.is_in(&browser).await, "{}", answer.text);
    report("oidc-provider 9.13.3: code with PKCE and user info");

    // A code counts once there, too: another log-in with it is refused.
    let used = back
        .split("code=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap()
        .to_owned();
    let (mut second, back) = place.go(&mut peer, "owner").await;
    let fresh = back
        .split("code=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap()
        .to_owned();
    second
        .get(&place.web, &place.shop.host, &back.replace(&fresh, &used))
        .await;
    assert!(!place.is_in(&second).await);
    report("oidc-provider 9.13.3: a code that was used is refused");

    peer.control("rotate").await;
    let (mut third, back) = place.go(&mut peer, "owner").await;
    let answer = third.get(&place.web, &place.shop.host, &back).await;
    assert!(place.is_in(&third).await, "{}", answer.text);
    report("oidc-provider 9.13.3: new keys are fetched");

    peer.control("logout?sub=owner").await;
    let page = place.web.look(&place.owner, &format!("/manage/sso/{id}")).await;
    assert!(page.text.contains("Log-out by the provider"), "{}", page.text);
    report("oidc-provider 9.13.3: back-channel logout is believed");
    drop(served);
}
