//! A shop on sale whose nodes are real programs, with a bad line between them and the database.

use std::{fs, path::PathBuf};

use bilten_api::postgres::Private;
use bilten_kernel::{ApiScopes, Clock as _, Secret, SystemClock};
use bilten_tests::{Program, Shopkeeper, TestApp, TestDb, Web, Wire};
use jiff::SignedDuration;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, postgres::PgConnectOptions};

use crate::race::crashes::books::{self, Books};

/// The root of all keys that `Web` uses, as a setting.
const MASTER_KEY: &str = "0505050505050505050505050505050505050505050505050505050505050505";
const PRICE_MINOR: i64 = 10_000;
/// There is enough of the one for everybody, of the other not.
const WIDE: i64 = 1_000_000;
const NARROW: i64 = 40;

/// What a buyer may want: an event and its only type of ticket.
#[derive(Debug, Clone)]
pub(super) struct Sale {
    pub event: String,
    pub ticket_type: String,
}

pub(super) struct Rig {
    pub web: Web,
    pub shop: Shopkeeper,
    pub wire: Wire,
    pub wide: Sale,
    pub narrow: Sale,
    pub data: PathBuf,
    /// Dropped last: it owns the database.
    pub app: TestApp,
}

impl Rig {
    /// Sets up on the server that all tests share.
    pub async fn set_up() -> Self {
        Self::set_up_in(TestDb::create().await).await
    }

    /// Sets up on a server that the test may kill.
    pub async fn set_up_on(server: &Private) -> Self {
        Self::set_up_in(TestDb::create_on(server).await).await
    }

    async fn set_up_in(test_db: TestDb) -> Self {
        let app = TestApp::start_on(test_db, SystemClock.now(), 6).await;
        let web = Web::new(&app);
        let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
        let mut sales = Vec::new();
        for capacity in [WIDE, NARROW] {
            let (event, ticket_type) = web.open_sale(&shop, capacity, PRICE_MINOR).await;
            sales.push(Sale { event, ticket_type });
        }
        let [wide, narrow] = sales.try_into().expect("two sales");
        let data = web.state.config.data_dir.clone();
        fs::create_dir_all(&data).unwrap();
        Self {
            wire: Wire::to(&app.test_db.socket()).await,
            web,
            shop,
            wide,
            narrow,
            data,
            app,
        }
    }

    /// Starts a node that reaches the database over the line.
    pub async fn start_node(&self) -> Program {
        self.start_node_with(&[]).await
    }

    pub async fn start_node_with(&self, more: &[(&str, &str)]) -> Program {
        let url = |role| self.app.test_db.url_through(&self.wire, role);
        let urls: [Secret<String>; 2] = [url("bilten_app"), url("bilten_platform")];
        let mut settings = vec![
            ("BILTEN_DATABASE_APP_URL", urls[0].expose().as_str()),
            ("BILTEN_DATABASE_PLATFORM_URL", urls[1].expose().as_str()),
            ("BILTEN_MASTER_KEY", MASTER_KEY),
            ("BILTEN_RATE_BURST", "1000000"),
            ("BILTEN_RATE_PER_SECOND", "1000000"),
        ];
        settings.extend_from_slice(more);
        Program::serve(&self.data, &settings).await
    }

    /// Ends what requests that broke off have leased, instead of half a minute later. Requests that are younger than
    /// some seconds keep theirs.
    pub async fn try_to_end_old_leases(&self) {
        let options: PgConnectOptions = self.app.test_db.url("postgres").expose().parse().expect("an address");
        // The server may be down at this moment.
        if let Ok(mut admin) = options.connect().await {
            let old = "update bilten.idempotency_keys set leased_until = leased_until - interval '1 minute'
                 where leased_until < now() + interval '27 seconds'";
            admin.execute(old).await.ok();
            admin.close().await.ok();
        }
    }

    /// Lets the clock run on until nothing can be open, and a cart may be for an hour; the jobs are done in this process. All nodes have
    /// ended.
    pub async fn settle(&self) -> Books {
        self.app.clock.set(SystemClock.now());
        for _ in 0..12 {
            self.app.advance(SignedDuration::from_mins(6));
            self.web.run_jobs().await;
        }
        books::check(&self.app, &self.web, &self.shop).await
    }

    /// Reads one number as the database's administrator.
    pub async fn count(&self, query: &'static str) -> i64 {
        let mut admin = self.app.test_db.admin().await;
        let count = sqlx::query_scalar(query).fetch_one(&mut admin).await.unwrap();
        admin.close().await.unwrap();
        count
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = fs::read_to_string(self.data.join("log")).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            bilten_tests::report(&lines[lines.len().saturating_sub(60)..].join("\n"));
        }
        fs::remove_dir_all(&self.data).ok();
    }
}
