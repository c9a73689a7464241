//! A buyer who goes on where he was when the server died: he sends the same request again.

use serde_json::json;

use super::line::{Line, Lost};

/// Requests after which a buyer is stuck.
const PATIENCE: usize = 400;

/// How somebody buys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// A program, which pays at once.
    Api,
    /// On the pages; the card is taken.
    Pay,
    /// On the pages; the bank asks first.
    Challenge,
    /// On the pages; the first card is declined, the second is taken.
    Decline,
    /// On the pages; the money is told of later, by webhook.
    Later,
}

/// What a buyer wants.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    pub event: String,
    pub slug: String,
    pub ticket_type: String,
    pub quantity: u32,
}

/// The request that is sent next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Choose,
    Details(String),
    Pay(String),
    Provider(String),
    Return(String),
    Order(String),
    Checkout(String),
    Bought,
    SoldOut,
}

/// What a request led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// There is a next step.
    On,
    /// The same must be sent again, a moment later.
    Again,
}

#[derive(Debug)]
pub(super) struct Buyer {
    pub number: usize,
    pub step: Step,
    way: Way,
    wish: Wish,
    outcome: &'static str,
    requests: usize,
    /// The last answer did not come.
    pub was_cut_off: bool,
}

impl Buyer {
    pub fn new(number: usize, way: Way, wish: Wish) -> Self {
        let outcome = match way {
            Way::Api | Way::Pay => "pay",
            Way::Challenge => "challenge",
            Way::Decline => "decline",
            Way::Later => "later",
        };
        Self {
            number,
            step: Step::Choose,
            way,
            wish,
            outcome,
            requests: 0,
            was_cut_off: false,
        }
    }

    pub fn has_ended(&self) -> bool {
        matches!(self.step, Step::Bought | Step::SoldOut)
    }

    /// Names the step for the count of kills.
    pub fn step_name(&self) -> &'static str {
        match (&self.step, self.way) {
            (Step::Choose, Way::Api) => "API cart",
            (Step::Choose, _) => "cart",
            (Step::Details(_), _) => "details",
            (Step::Pay(_), _) => "pay",
            (Step::Provider(_), _) => "provider's page",
            (Step::Return(_), _) => "way back",
            (Step::Order(_), _) => "order",
            (Step::Checkout(_), _) => "API checkout",
            (Step::Bought | Step::SoldOut, _) => "none",
        }
    }

    /// Sends the next request.
    pub async fn go_on(&mut self, line: &Line) -> Result<Turn, Lost> {
        self.requests += 1;
        assert!(self.requests < PATIENCE, "a buyer gets no further: {self:?}");
        match self.step.clone() {
            Step::Choose if self.way == Way::Api => self.choose_by_api(line).await,
            Step::Choose => self.choose(line).await,
            Step::Checkout(cart) => self.check_out(line, &cart).await,
            Step::Details(path) => {
                let email = format!("buyer-{}@example.org", self.number);
                let answer = line.form(&path, &[("email", &email), ("name", "Ada")]).await?;
                Ok(self.follow(&answer.leads_to()))
            }
            // Every other buyer opens the page anew instead of sending the form again.
            Step::Pay(path) if self.was_cut_off && self.number.is_multiple_of(2) => {
                let answer = line.page(&path).await?;
                self.was_cut_off = false;
                match answer.status {
                    200 => Ok(Turn::On),
                    _ => Ok(self.follow(&answer.leads_to())),
                }
            }
            Step::Pay(path) => {
                let answer = line.form(&path, &[("method", "sandbox")]).await?;
                Ok(self.follow(&answer.leads_to()))
            }
            Step::Provider(path) => {
                let answer = line.form(&path, &[("outcome", self.outcome)]).await?;
                if answer.status == 200 {
                    assert_eq!(self.way, Way::Challenge, "{}", answer.text);
                    self.outcome = "confirm";
                    return Ok(Turn::On);
                }
                Ok(self.follow(&answer.leads_to()))
            }
            Step::Return(path) => {
                let answer = line.page(&path).await?;
                let turn = self.follow(&answer.leads_to());
                if matches!(self.step, Step::Pay(_)) && self.way == Way::Decline {
                    self.outcome = "pay";
                }
                Ok(turn)
            }
            Step::Order(path) => {
                let answer = line.page(&path).await?;
                assert_eq!(answer.status, 200, "{}", answer.text);
                let is_there = answer
                    .text
                    .contains(&format!("{path}/tickets/{}.svg", self.wish.quantity));
                if is_there {
                    self.step = Step::Bought;
                    return Ok(Turn::On);
                }
                // The page leads to where the payment stopped.
                Ok(leads_on(&answer.text).map_or(Turn::Again, |path| self.follow(&path)))
            }
            Step::Bought | Step::SoldOut => Ok(Turn::On),
        }
    }

    async fn choose(&mut self, line: &Line) -> Result<Turn, Lost> {
        let field = format!("qty_{}", self.wish.ticket_type);
        let (key, quantity) = (format!("{:032x}", self.number), self.wish.quantity.to_string());
        let path = format!("/events/{}/carts", self.wish.slug);
        let answer = line.form(&path, &[("request_key", &key), (&field, &quantity)]).await?;
        if answer.status == 409 {
            self.step = Step::SoldOut;
            return Ok(Turn::On);
        }
        Ok(self.follow(&answer.leads_to()))
    }

    async fn choose_by_api(&mut self, line: &Line) -> Result<Turn, Lost> {
        let item = json!({ "ticket_type_id": self.wish.ticket_type, "quantity": self.wish.quantity });
        let body = json!({ "event_id": self.wish.event, "items": [item] });
        let answer = line.api("/carts", &format!("cart-{}", self.number), &body).await?;
        let told = answer.json();
        self.step = match (answer.status, told["code"].as_str()) {
            (201, _) => Step::Checkout(told["id"].as_str().expect("a cart has an id").to_owned()),
            (409, Some("sold_out")) => Step::SoldOut,
            _ => panic!("{}: {}", answer.status, answer.text),
        };
        Ok(Turn::On)
    }

    async fn check_out(&mut self, line: &Line, cart: &str) -> Result<Turn, Lost> {
        let email = format!("buyer-{}@example.org", self.number);
        let body = json!({ "buyer": { "email": email, "name": "Ada" }, "payment": { "method": "sandbox" } });
        let path = format!("/carts/{cart}/checkout");
        let answer = line.api(&path, &format!("order-{}", self.number), &body).await?;
        let told = answer.json();
        match (answer.status, told["code"].as_str()) {
            (200, _) => {
                assert_eq!(told["state"], "paid");
                let tickets = told["tickets"].as_array().map_or(0, Vec::len);
                assert_eq!(Ok(tickets), usize::try_from(self.wish.quantity), "{}", answer.text);
                self.step = Step::Bought;
                Ok(Turn::On)
            }
            // The request that died holds the key for half a minute.
            (202, _) | (409, Some("idempotency_key_in_flight")) => Ok(Turn::Again),
            _ => panic!("{}: {}", answer.status, answer.text),
        }
    }

    fn follow(&mut self, location: &str) -> Turn {
        let path = location.to_owned();
        let next = if path.starts_with("/sandbox/") {
            Step::Provider(path)
        } else if path.starts_with("/orders/") {
            Step::Order(path)
        } else if path.ends_with("/pay") {
            Step::Pay(path)
        } else if path.ends_with("/return") {
            Step::Return(path)
        } else {
            assert!(path.starts_with("/checkout/"), "{path}");
            Step::Details(path)
        };
        if next == self.step {
            return Turn::Again;
        }
        self.step = next;
        Turn::On
    }
}

/// Finds the link to the provider's page, or back to paying.
fn leads_on(page: &str) -> Option<String> {
    let mut links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links
        .find(|link| link.starts_with("/sandbox/") || (link.starts_with("/checkout/") && link.ends_with("/pay")))
        .map(str::to_owned)
}
