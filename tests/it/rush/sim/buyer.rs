//! People: they ask, hear nothing and ask again, pay, think better of it, or just go away.

use bilten_core::inventory::{HoldError, HoldState};
use bilten_kernel::{HoldId, TicketTypeId};

use super::{
    database::{Entry, Ours},
    node::{Job, Waiting, Work},
    world::{World, tty},
};

/// What comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    Hold(Result<HoldId, HoldError>),
    Paid,
    Declined,
    HoldGone,
    /// The connection broke, or the shop is out of reach.
    Lost,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    Browsing,
    Asking,
    Holding(HoldId),
    Paying(HoldId),
    Listed,
    Done,
}

#[derive(Debug)]
pub(super) struct Buyer {
    pub number: usize,
    pub doing: Doing,
    /// Answer that he has not read, with the node that sent it.
    pub mailbox: Option<(usize, Reply)>,
    pub is_gone: bool,
    items: Vec<(TicketTypeId, u32)>,
    key: Option<usize>,
    is_poison: bool,
    /// Number of the request whose answer he waits for; 0 when he waits for none.
    request: u64,
    tries: u32,
    payments: u32,
}

impl Buyer {
    pub fn new(world: &World, number: usize) -> Self {
        let few = u32::try_from(1 + world.roll(2)).unwrap();
        let items = match world.roll(24) {
            0 => vec![(tty(9), 1)],
            1 => vec![(tty(1), 9)],
            2 => vec![(tty(3), 1)],
            3 => vec![(tty(1), 1), (tty(1), 1)],
            4 => vec![],
            5..9 => vec![(tty(1), 1), (tty(2), 1)],
            9..12 => vec![(tty(2), few)],
            _ => vec![(tty(1), few)],
        };
        Self {
            number,
            doing: Doing::Browsing,
            mailbox: None,
            is_gone: false,
            items,
            key: (world.roll(2) == 0).then_some(number),
            is_poison: world.faults.poison && world.roll(4) == 0,
            request: 0,
            tries: 4,
            payments: 2,
        }
    }

    /// Whether nobody waits for the answer to this request any more.
    pub fn has_closed(&self, request: u64) -> bool {
        self.is_gone || self.request != request
    }
}

impl World {
    pub fn can_go_on(&self, number: usize) -> bool {
        let buyer = &self.buyers[number];
        let has_node = self.nodes.iter().any(|node| node.is_alive);
        !buyer.is_gone
            && match buyer.doing {
                Doing::Browsing | Doing::Holding(_) => has_node,
                Doing::Asking => buyer.mailbox.is_some(),
                Doing::Paying(hold) => buyer.mailbox.is_some() || (buyer.request == 0 && self.has_settled(hold)),
                Doing::Listed => self.offer_for(number).is_some(),
                Doing::Done => false,
            }
    }

    pub fn can_leave(&self, number: usize) -> bool {
        let buyer = &self.buyers[number];
        !buyer.is_gone && matches!(buyer.doing, Doing::Asking | Doing::Paying(_))
    }

    /// Closes the window: an answer that is on its way is not read.
    pub fn leave(&mut self, number: usize) {
        let buyer = &mut self.buyers[number];
        buyer.is_gone = true;
        if let (Some((node, Reply::Hold(Ok(hold)))), None) = (buyer.mailbox.take(), buyer.key)
            && self.nodes[node].is_alive
        {
            self.take_back(node, hold);
        }
    }

    pub fn step_buyer(&mut self, number: usize) {
        match self.buyers[number].doing {
            Doing::Browsing => self.ask(number),
            Doing::Asking => self.hear(number),
            Doing::Holding(hold) => self.decide_what_to_do(number, hold),
            Doing::Paying(hold) => self.hear_of_payment(number, hold),
            Doing::Listed => {
                if let Some(offer) = self.offer_for(number) {
                    self.buyers[number].doing = Doing::Holding(offer);
                }
            }
            Doing::Done => {}
        }
    }

    fn ask(&mut self, number: usize) {
        let node = self.pick(&self.living_nodes());
        let request = self.fresh();
        let id = self.fresh_id().into();
        let buyer = &mut self.buyers[number];
        let waiting = Waiting {
            request,
            who: number,
            id,
            key: buyer.key,
            items: buyer.items.clone(),
            is_poison: buyer.is_poison,
            arrival: 0,
            met_fault: false,
        };
        buyer.request = request;
        buyer.doing = Doing::Asking;
        if !self.nodes[node].submit(waiting, self.limits.queue) {
            self.buyers[number].mailbox = Some((node, Reply::Hold(Err(HoldError::Busy))));
        }
    }

    fn hear(&mut self, number: usize) {
        let wants_to_wait = self.roll(2) == 0;
        let buyer = &mut self.buyers[number];
        buyer.request = 0;
        let (_, reply) = buyer.mailbox.take().expect("it is possible");
        buyer.doing = match reply {
            Reply::Hold(Ok(hold)) => Doing::Holding(hold),
            Reply::Hold(Err(HoldError::SoldOut { .. })) => {
                self.seen.sold_out += 1;
                if wants_to_wait {
                    self.db.list.push(Entry {
                        owner: number,
                        items: buyer.items.clone(),
                        is_served: false,
                    });
                    Doing::Listed
                } else {
                    Doing::Done
                }
            }
            Reply::Hold(Err(HoldError::Busy | HoldError::Unavailable)) | Reply::Lost => {
                self.seen.busy += u64::from(reply == Reply::Hold(Err(HoldError::Busy)));
                buyer.tries -= 1;
                if buyer.tries == 0 { Doing::Done } else { Doing::Browsing }
            }
            Reply::Hold(Err(_)) => {
                self.seen.malformed += 1;
                Doing::Done
            }
            Reply::Paid | Reply::Declined | Reply::HoldGone => {
                self.books.complain("an answer to a question that was not asked");
                Doing::Done
            }
        };
    }

    fn decide_what_to_do(&mut self, number: usize, hold: HoldId) {
        let node = self.pick(&self.living_nodes());
        let mood = self.roll(8);
        let can_pay = self.buyers[number].payments > 0;
        match mood {
            // Walks away without a word.
            0 => self.buyers[number].doing = Doing::Done,
            1 => self.give_back_and_go(number, node, hold),
            _ if !can_pay => self.give_back_and_go(number, node, hold),
            _ => {
                // Some give it back in one window while they pay in another.
                if mood == 2 {
                    self.start(Work::new(node, Job::GiveBack(hold), None));
                }
                let request = self.fresh();
                let attempt = self.fresh_id().into();
                let buyer = &mut self.buyers[number];
                buyer.payments -= 1;
                buyer.request = request;
                buyer.doing = Doing::Paying(hold);
                self.start(Work::new(node, Job::Pin(hold, attempt), Some((number, request))));
            }
        }
    }

    fn give_back_and_go(&mut self, number: usize, node: usize, hold: HoldId) {
        self.start(Work::new(node, Job::GiveBack(hold), None));
        self.buyers[number].doing = Doing::Done;
    }

    fn hear_of_payment(&mut self, number: usize, hold: HoldId) {
        let state = self.db.rows[&hold].hold.state;
        let buyer = &mut self.buyers[number];
        buyer.request = 0;
        buyer.doing = match buyer.mailbox.take().map(|(_, reply)| reply) {
            Some(Reply::Paid) => {
                if state != HoldState::Converted {
                    self.books
                        .complain("somebody is told that he has paid, and has no tickets");
                }
                Doing::Done
            }
            Some(Reply::Declined) | None if state == HoldState::Held => Doing::Holding(hold),
            // He looks again when it has settled.
            Some(_) => Doing::Paying(hold),
            None => Doing::Done,
        };
    }

    /// Whether nothing is under way any more for this hold.
    fn has_settled(&self, hold: HoldId) -> bool {
        let is_live = |attempt: &super::database::Attempt| attempt.hold == hold && attempt.ours == Ours::Live;
        !self.db.attempts.values().any(is_live) && self.db.is_row_free(hold)
    }

    fn offer_for(&self, number: usize) -> Option<HoldId> {
        let mut offers = self.db.rows.values().filter(|row| row.is_offer && row.owner == number);
        offers.next().map(|row| row.hold.id)
    }
}
