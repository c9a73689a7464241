//! Somebody who wants tickets, with a browser that keeps cookies, and rooms to wait in.

use std::{collections::BTreeMap, net::IpAddr, sync::Mutex};

use bilten_core::waiting_room::{self, Mode, RoomSettings};
use bilten_kernel::{EventId, Timestamp};
use bilten_tests::{Answer, Shopkeeper, TestApp, Web, get_page, post_form};
use serde_json::Value;

/// A visitor of one shop.
pub struct Guest<'a> {
    web: &'a Web,
    host: String,
    address: IpAddr,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl<'a> Guest<'a> {
    pub fn at(web: &'a Web, shop: &Shopkeeper, address: &str) -> Self {
        Self {
            web,
            host: shop.host.clone(),
            address: address.parse().unwrap(),
            cookies: Mutex::default(),
        }
    }

    /// The same browser at another node.
    pub fn moved_to<'b>(&self, web: &'b Web) -> Guest<'b> {
        Guest {
            web,
            host: self.host.clone(),
            address: self.address,
            cookies: Mutex::new(self.cookies.lock().unwrap().clone()),
        }
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    pub async fn get(&self, path: &str) -> Answer {
        let answer = self
            .web
            .send_from(self.address, get_page(&self.host, path, self.jar().as_deref()));
        self.keep(answer.await)
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = post_form(&self.host, path, self.jar().as_deref(), fields);
        self.keep(self.web.send_from(self.address, request).await)
    }

    /// Takes a place in the queue of the concert.
    pub async fn join(&self) -> u64 {
        let answer = self.post("/events/concert/queue", &[]).await;
        assert_eq!(answer.leads_to(), "/events/concert/queue");
        self.status().await["seat"].as_u64().expect("a seat")
    }

    pub async fn status(&self) -> Value {
        self.get("/events/concert/queue/status").await.expect(200)
    }

    pub async fn state(&self) -> String {
        self.status().await["state"].as_str().unwrap_or_default().to_owned()
    }

    fn jar(&self) -> Option<String> {
        let cookies = self.cookies.lock().unwrap();
        let pairs: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    fn keep(&self, answer: Answer) -> Answer {
        for cookie in answer.cookies() {
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap_or_default();
            let mut cookies = self.cookies.lock().unwrap();
            if value.is_empty() {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }
}

/// A room that opens at an instant and lets so many in a minute.
pub fn settings(opens_at: Option<Timestamp>, per_minute: u32) -> RoomSettings {
    RoomSettings {
        mode: Mode::On,
        opens_at,
        per_minute,
        pass_minutes: 10,
        auto_wait_s: 10,
        message: String::new(),
    }
}

/// Sets a room up and lets the node look at it.
pub async fn set_up(app: &TestApp, web: &Web, shop: &Shopkeeper, event: &str, settings: RoomSettings) {
    let ctx = app.ctx(&app.alfa).in_tenant(shop.id);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let event: EventId = event.parse().unwrap();
    waiting_room::configure(&ctx, &mut tx, event, settings).await.unwrap();
    tx.commit().await.unwrap();
    look(web, shop).await;
}

/// Does what a node does each second.
pub async fn look(web: &Web, shop: &Shopkeeper) {
    web.state.rooms.refresh(shop.id).await.unwrap();
}
