//! A shop whose server is the real program, killed and started again on the same database.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use bilten_kernel::{ApiScopes, Clock as _, SeededEntropy, SystemClock, random_array};
use bilten_tests::{Program, Served, Shopkeeper, TestApp, Web, db};
use http::Method;
use jiff::SignedDuration;
use serde_json::json;
use sqlx::Connection as _;
use tokio::task::JoinSet;

use super::{
    buyer::{Buyer, Step, Turn, Way, Wish},
    line::{Line, Lost},
};

/// The root of all keys that `Web` uses, as a setting.
const MASTER_KEY: &str = "0505050505050505050505050505050505050505050505050505050505050505";
/// Time between two looks of a buyer whose page says that it is not done yet.
const LOOK_AGAIN: Duration = Duration::from_millis(25);

/// Looks after which he leaves it for this life of the server.
const LOOKS: usize = 3;

/// When a program is killed.
pub(super) struct Moment {
    /// So many requests were sent to it,
    pub requests: usize,
    /// and this time went by.
    pub and_then: Duration,
}

impl Moment {
    /// When all buyers have stopped.
    pub const AT_THE_END: Self = Self {
        requests: usize::MAX,
        and_then: Duration::ZERO,
    };
}

pub(super) struct Stage {
    pub app: TestApp,
    pub web: Web,
    pub shop: Shopkeeper,
    pub buyers: Vec<Buyer>,
    /// Requests that were under way when the server died, by what they were.
    pub hit: BTreeMap<&'static str, usize>,
    pub kills: usize,
    served: Served,
    sales: Vec<Wish>,
    dice: SeededEntropy,
    data: PathBuf,
    next: usize,
}

impl Stage {
    pub async fn set_up(seed: u64) -> Self {
        let app = TestApp::start_at(SystemClock.now(), 6).await;
        let (web, served) = Served::with_own_address(&app).await;
        let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
        let mut sales = Vec::new();
        // There is enough of the one for all, of the other not.
        for (name, capacity) in [("Wide", 2_000), ("Narrow", 25)] {
            let starts = app.now() + SignedDuration::from_hours(24 * 60);
            let event = json!({
                "name": name, "starts_at": starts.to_string(), "ends_at": (starts + SignedDuration::from_hours(3)).to_string(),
                "time_zone": "Europe/Oslo",
                "ticket_types": [{ "name": "Standing", "price_minor": 10_000, "currency": "NOK", "capacity": capacity, "max_per_order": 4 }],
            });
            let made = web.call(&shop, Method::POST, "/events", Some(&event)).await.expect(201);
            let id = made["id"].as_str().unwrap().to_owned();
            let publish = format!("/events/{id}/publish");
            web.call(&shop, Method::POST, &publish, None).await.expect(200);
            sales.push(Wish {
                event: id,
                slug: name.to_lowercase(),
                ticket_type: made["ticket_types"][0]["id"].as_str().unwrap().to_owned(),
                quantity: 1,
            });
        }
        Self {
            data: web.state.config.data_dir.clone(),
            buyers: Vec::new(),
            hit: BTreeMap::new(),
            kills: 0,
            dice: SeededEntropy::new(seed),
            next: 0,
            app,
            web,
            shop,
            served,
            sales,
        }
    }

    /// Throws a number below `sides`.
    pub fn throw(&self, sides: u64) -> u64 {
        u64::from_le_bytes(random_array(&self.dice)) % sides
    }

    /// Lets somebody in who buys this way.
    pub fn welcome(&mut self, way: Way) {
        let mut wish = self.sales[usize::from(self.throw(4) == 0)].clone();
        wish.quantity = u32::try_from(1 + self.throw(2)).unwrap();
        self.buyers.push(Buyer::new(self.next, way, wish));
        self.next += 1;
    }

    pub fn count_under_way(&self) -> usize {
        self.buyers.iter().filter(|buyer| !buyer.has_ended()).count()
    }

    pub fn count_bought(&self) -> usize {
        self.buyers.iter().filter(|buyer| buyer.step == Step::Bought).count()
    }

    /// Starts the program, lets all buyers go on at once, each for so many requests at most, and kills it at its
    /// moment or when all have stopped.
    pub async fn live(&mut self, requests: impl Fn(&Buyer) -> usize, moment: Moment) {
        let settings = [
            ("BILTEN_DATABASE_APP_URL", self.app.test_db.url("bilten_app")),
            ("BILTEN_DATABASE_PLATFORM_URL", self.app.test_db.url("bilten_platform")),
        ];
        let mut settings: Vec<(&str, &str)> = settings
            .iter()
            .map(|(name, url)| (*name, url.expose().as_str()))
            .collect();
        settings.push(("BILTEN_MASTER_KEY", MASTER_KEY));
        let program = Program::serve(&self.data, &settings).await;
        let line = Line::to(program.address(), &self.shop);
        let mut crowd = self.set_going(&line, requests);
        let mut stopped = Vec::new();
        let mut sent = line.sent.subscribe();
        let mut its_moment = std::pin::pin!(async {
            sent.wait_for(|sent| *sent >= moment.requests).await.unwrap();
            tokio::time::sleep(moment.and_then).await;
        });
        loop {
            tokio::select! {
                () = &mut its_moment => break,
                buyer = crowd.join_next() => match buyer {
                    Some(buyer) => stopped.push(buyer.unwrap()),
                    None => break,
                },
            }
        }
        program.kill().await;
        self.kills += 1;
        while let Some(buyer) = crowd.join_next().await {
            stopped.push(buyer.unwrap());
        }
        for (buyer, lost) in stopped {
            if lost == Some(Lost::InFlight) {
                *self.hit.entry(buyer.step_name()).or_default() += 1;
            }
            self.buyers.push(buyer);
        }
    }

    /// Lets the clock run on until nothing can be open, while buyers look again; the jobs are done in this process.
    pub async fn let_time_pass(&mut self) {
        self.app.clock.set(SystemClock.now());
        let line = Line::to(self.served.address, &self.shop);
        for _ in 0..8 {
            self.app.advance(SignedDuration::from_mins(6));
            self.web.run_jobs().await;
            let mut crowd = self.set_going(&line, |_| 8);
            while let Some(buyer) = crowd.join_next().await {
                let (buyer, lost) = buyer.unwrap();
                assert_eq!(lost, None, "this server is not killed");
                self.buyers.push(buyer);
            }
        }
        self.web.run_jobs().await;
    }

    /// Makes keys and jobs of requests and workers that died free at once, instead of half a minute or five later,
    /// and payments that are settled later be settled now.
    pub async fn end_leases(&self) {
        let mut admin = self.app.test_db.admin().await;
        for statement in [
            "update bilten.idempotency_keys set leased_until = leased_until - interval '1 minute'",
            "update bilten.jobs set leased_until = leased_until - interval '5 minutes' where state = 'ready'",
            "update bilten.jobs set run_at = run_at - interval '5 seconds' where state = 'ready' and kind = 'sandbox.webhook'",
        ] {
            db::run(&mut admin, statement).await;
        }
        admin.close().await.unwrap();
    }

    /// Sends all buyers who have not ended on their way.
    fn set_going(&mut self, line: &Line, requests: impl Fn(&Buyer) -> usize) -> JoinSet<(Buyer, Option<Lost>)> {
        let mut crowd = JoinSet::new();
        let (ended, under_way) = std::mem::take(&mut self.buyers).into_iter().partition(Buyer::has_ended);
        self.buyers = ended;
        for buyer in under_way {
            let limit = requests(&buyer);
            crowd.spawn(go_shopping(buyer, line.clone(), limit));
        }
        crowd
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.data).ok();
    }
}

async fn go_shopping(mut buyer: Buyer, line: Line, requests: usize) -> (Buyer, Option<Lost>) {
    let mut looks = 0;
    for _ in 0..requests {
        if buyer.has_ended() || looks == LOOKS {
            break;
        }
        match buyer.go_on(&line).await {
            Ok(Turn::On) => {}
            Ok(Turn::Again) => {
                looks += 1;
                tokio::time::sleep(LOOK_AGAIN).await;
            }
            Err(lost) => {
                buyer.was_cut_off = lost == Lost::InFlight;
                return (buyer, Some(lost));
            }
        }
    }
    (buyer, None)
}
