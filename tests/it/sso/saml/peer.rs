//! The whole way with SimpleSAMLphp, a provider by others: what it says is understood, and it understands us.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use bilten_kernel::{ApiScopes, Clock as _, SsoConnectionId, SystemClock};
use bilten_tenancy::permissions::Role;
use bilten_tests::{Clerk, Served, Shopkeeper, TestApp, Web, fakes::SamlIdp, report};
use data_encoding::BASE64;
use tokio::net::TcpListener;
use url::Url;

use super::{Browser, post};

/// What the script ends with where the provider cannot be had.
const NOT_THERE: i32 = 77;
/// Longest wait for its first answer.
const PATIENCE: Duration = Duration::from_mins(1);

struct Peer {
    child: Child,
    base: String,
    folder: PathBuf,
    client: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        drop(fs::remove_dir_all(&self.folder));
    }
}

impl Peer {
    /// Starts it for one service provider; none, with the reason printed, where it cannot be had.
    async fn start(origin: &str, id: SsoConnectionId) -> Option<Self> {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let folder = std::env::temp_dir().join(format!("bilten-simplesamlphp-{}", free.port()));
        fs::create_dir_all(&folder).unwrap();
        let keys = SamlIdp::new("");
        fs::write(folder.join("key.pem"), keys.private_pem()).unwrap();
        fs::write(folder.join("certificate.pem"), keys.pem()).unwrap();
        let ours = serde_json::json!({
            "entity_id": format!("{origin}/sso/{id}/saml/metadata"),
            "acs_url": format!("{origin}/sso/{id}/saml/acs"),
            "slo_url": format!("{origin}/sso/{id}/saml/slo"),
        });
        fs::write(folder.join("peer.json"), ours.to_string()).unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/simplesamlphp.sh");
        let child = Command::new("bash")
            .args([script, &free.port().to_string()])
            .arg(&folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        let mut peer = Self {
            child,
            base: format!("http://{free}/simplesaml"),
            folder,
            client: client.timeout(Duration::from_secs(30)).build().unwrap(),
            cookies: BTreeMap::new(),
        };
        let until = tokio::time::Instant::now() + PATIENCE;
        while peer.client.get(&peer.base).send().await.is_err() {
            if let Some(ended) = peer.child.try_wait().unwrap() {
                assert_eq!(ended.code(), Some(NOT_THERE), "SimpleSAMLphp ended");
                let said = std::io::read_to_string(peer.child.stdout.take().unwrap()).unwrap();
                report(&format!("skipped: {}", said.trim()));
                return None;
            }
            assert!(tokio::time::Instant::now() < until, "SimpleSAMLphp does not answer");
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
        (to, answer.text().await.unwrap())
    }

    /// Follows redirects within the provider; returns the page, or the address elsewhere.
    async fn follow(&mut self, address: &str) -> (String, String) {
        let mut address = address.to_owned();
        for _ in 0..8 {
            if !address.starts_with(&self.base) {
                return (address, String::new());
            }
            match self.send(&address, None).await {
                (Some(to), _) => address = to,
                (None, page) => return (address, page),
            }
        }
        panic!("the provider leads in circles: {address}")
    }

    /// Logs its one person in through its own pages; returns the answer, as XML.
    async fn log_in(&mut self, address: &str) -> String {
        let (at, page) = self.follow(address).await;
        let page = if page.contains("SAMLResponse") {
            page
        } else {
            let state = value(&page, "AuthState");
            let form = [
                ("username", "alice"),
                ("password", "pw1"),
                ("AuthState", state.as_str()),
            ];
            let form_address = at.split('?').next().unwrap().to_owned();
            self.send(&form_address, Some(&form)).await.1
        };
        let answer = value(&page, "SAMLResponse");
        String::from_utf8(BASE64.decode(answer.as_bytes()).unwrap()).unwrap()
    }
}

/// Value of a field of a page's form.
fn value(page: &str, name: &str) -> String {
    let rest = page
        .split(&format!("name=\"{name}\" value=\""))
        .nth(1)
        .unwrap_or_else(|| panic!("{name} in {page}"));
    rest.split('"').next().unwrap().replace("&amp;", "&")
}

struct Place {
    web: Web,
    shop: Shopkeeper,
    id: SsoConnectionId,
}

impl Place {
    async fn come(&self, peer: &mut Peer, browser: &mut Browser, path: &str) -> bilten_tests::Answer {
        let away = browser.get(&self.web, &self.shop.host, path).await;
        let answer = peer.log_in(away.location()).await;
        let led = post(&self.web, (&self.shop.host, self.id), &answer).await;
        browser.get(&self.web, &self.shop.host, led.location()).await
    }

    async fn is_in(&self, browser: &Browser) -> bool {
        let mut browser = browser.clone();
        browser.get(&self.web, &self.shop.host, "/manage").await.status == 200
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_simplesamlphp_and_we_understand_each_other() {
    let app = TestApp::start_at(SystemClock.now(), 4).await;
    let (web, served) = Served::with_own_address(&app).await;
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let id: SsoConnectionId = app.ctx_in(shop.id).new_id();
    let origin = format!("http://{}:{}", shop.host, served.address.port());
    let Some(mut peer) = Peer::start(&origin, id).await else {
        return;
    };
    let owner = Clerk::hire(&app, (shop.id, &shop.host), Role::Owner, None).await;
    // Set up as somebody would: the address of its metadata is pasted into the form.
    let address = format!("{}/saml2/idp/metadata.php", peer.base);
    let fields = [
        ("id", id.to_string()),
        ("name", "Peer".to_owned()),
        ("address", address),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let made = web.submit(&owner, "/manage/sso/new/saml", &fields).await;
    assert_eq!(made.location(), format!("/manage/sso/{id}"), "{}", made.text);
    report("SimpleSAMLphp: its metadata is fetched and read");
    let place = Place { web, shop, id };

    let mut tester = Browser::of(&owner);
    let page = place
        .come(&mut peer, &mut tester, &format!("/manage/sso/{id}/test"))
        .await;
    assert_eq!(page.location(), format!("/manage/sso/{id}"), "{}", page.text);
    place
        .web
        .submit(&owner, &format!("/manage/sso/{id}/activation"), &[])
        .await
        .expect(303);
    let mut browser = Browser::default();
    let page = place
        .come(&mut peer, &mut browser, &format!("/manage/login/sso/{id}"))
        .await;
    assert!(place.is_in(&browser).await, "{}", page.text);
    let page = place.web.look(&owner, &format!("/manage/sso/{id}")).await;
    assert!(page.text.contains("Log-in: passed"), "{}", page.text);
    report("SimpleSAMLphp: log-in from here, response and assertion signed");

    // It logs its person out: its signed request comes by redirect, and our answer goes back to it.
    let start = format!(
        "{}/saml2/idp/SingleLogoutService.php?ReturnTo={}/over",
        peer.base, peer.base
    );
    let (asked, page) = peer.follow(&start).await;
    let url = Url::parse(&asked).unwrap_or_else(|_| panic!("{asked} {page}"));
    let answer = place
        .web
        .page(
            &place.shop.host,
            &format!("{}?{}", url.path(), url.query().unwrap_or_default()),
        )
        .await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    assert!(!place.is_in(&browser).await);
    let (at, page) = peer.follow(answer.location()).await;
    assert!(
        at.ends_with("/over") && !page.contains("UNHANDLEDEXCEPTION"),
        "{at}: {page}"
    );
    report("SimpleSAMLphp: its log-out ends the session, and our answer is taken");
    drop(served);
}
