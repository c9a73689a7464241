//! One buyer of the checkout protocol: his hold, his attempts, the provider's payments, and all that may happen next.

/// Attempts of one buyer.
pub(super) const TRIES: usize = 2;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Design {
    CancelBeforeRelease,
    /// The usual one: the hold ends while the payment lives.
    HoldRunsOutByTheClock,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Hold {
    None,
    Held,
    Pinned,
    Cancelling,
    Released,
    Converted,
}

/// By rank, as in `AttemptState`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Pay {
    None,
    Unconfirmed,
    Action,
    Processing,
    Failed,
    Canceled,
    Succeeded,
}

impl Pay {
    fn bit(self) -> u8 {
        match self {
            Self::None => 1,
            Self::Unconfirmed => 2,
            Self::Action => 4,
            Self::Processing => 8,
            Self::Failed => 16,
            Self::Canceled => 32,
            Self::Succeeded => 64,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts of the model that are independent of each other"
)]
pub(super) struct Try {
    /// The attempt's row exists.
    pub written: bool,
    /// Our view.
    pub ours: Pay,
    /// The provider's truth.
    pub truth: Pay,
    /// Statuses that the payment has had: each may still arrive as news.
    told: u8,
    /// A call that lets money move may still land.
    in_flight: bool,
    pub refunded: bool,
    pub owes_refund: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Buyer {
    pub hold: Hold,
    pub tries: [Try; TRIES],
    pub tickets: u8,
    /// Whether the hold may still be pinned: the order was not closed.
    open: bool,
}

const FRESH: Try = Try {
    written: false,
    ours: Pay::None,
    truth: Pay::None,
    told: 0,
    in_flight: false,
    refunded: false,
    owes_refund: false,
};

pub(super) const START: Buyer = Buyer {
    hold: Hold::None,
    tries: [FRESH; TRIES],
    tickets: 0,
    open: true,
};

pub(super) fn is_live(pay: Pay) -> bool {
    pay < Pay::Failed
}

impl Try {
    fn becomes(mut self, truth: Pay) -> Self {
        self.truth = truth;
        self.told |= truth.bit();
        self
    }

    /// All of it in 17 bits.
    fn pack(self) -> u64 {
        let rank = |pay: Pay| u64::from(pay.bit().trailing_zeros());
        let flags = [self.written, self.in_flight, self.refunded, self.owes_refund];
        let flags = flags.iter().fold(0, |bits, flag| bits << 1 | u64::from(*flag));
        flags << 13 | rank(self.ours) << 10 | rank(self.truth) << 7 | u64::from(self.told)
    }
}

impl Buyer {
    /// Whether a place is his.
    pub fn occupies(&self) -> bool {
        matches!(
            self.hold,
            Hold::Held | Hold::Pinned | Hold::Cancelling | Hold::Converted
        )
    }

    /// All of him in 40 bits.
    pub fn pack(&self) -> u64 {
        let hold = match self.hold {
            Hold::None => 0,
            Hold::Held => 1,
            Hold::Pinned => 2,
            Hold::Cancelling => 3,
            Hold::Released => 4,
            Hold::Converted => 5,
        };
        let [first, second] = self.tries;
        let rest = u64::from(self.tickets) << 4 | hold << 1 | u64::from(self.open);
        rest << 34 | first.pack() << 17 | second.pack()
    }

    /// The stock went back although a call may still land, or the payment may still be charged.
    pub fn has_late_money(&self) -> bool {
        let may_move = |t: &Try| {
            let is_chargeable = matches!(t.truth, Pay::Action | Pay::Processing);
            let may_land = t.in_flight && matches!(t.truth, Pay::None | Pay::Unconfirmed);
            is_chargeable || may_land || (t.truth == Pay::Succeeded && t.ours != Pay::Succeeded)
        };
        self.hold == Hold::Released && self.tries.iter().any(may_move)
    }

    pub fn owes_refund(&self) -> bool {
        self.tries.iter().any(|t| t.owes_refund)
    }

    /// What must hold for him alone.
    pub fn violation(&self, is_terminal: bool) -> Option<&'static str> {
        let charged = self.tries.iter().filter(|t| t.truth == Pay::Succeeded).count();
        let refunded = self.tries.iter().filter(|t| t.refunded).count();
        if usize::from(self.tickets) > charged {
            return Some("ticket without money");
        }
        if self.tickets > 1 {
            return Some("tickets issued twice");
        }
        if is_terminal && charged != usize::from(self.tickets) + refunded {
            return Some("money without ticket or refund");
        }
        let live = self.tries.iter().filter(|t| t.written && is_live(t.ours)).count();
        (live > 1).then_some("two live attempts")
    }
}

/// A step that changes one buyer alone.
pub(super) type Add<'a> = dyn FnMut(&'static str, Buyer) + 'a;

/// All next steps of a buyer; `has_room` tells whether a place is free for money that comes late.
pub(super) fn steps(buyer: Buyer, has_room: bool, design: Design, add: &mut Add<'_>) {
    hold_steps(buyer, design, add);
    for number in 0..TRIES {
        payment_steps(buyer, number, design, add);
        news_steps(buyer, number, has_room, add);
    }
}

pub(super) fn hold(buyer: Buyer) -> Buyer {
    Buyer {
        hold: Hold::Held,
        ..buyer
    }
}

fn hold_steps(buyer: Buyer, design: Design, add: &mut Add<'_>) {
    let live = buyer.tries.iter().position(|t| t.written && is_live(t.ours));
    match (buyer.hold, design) {
        (Hold::Held, Design::CancelBeforeRelease) => {
            add(
                "run out",
                Buyer {
                    hold: Hold::Released,
                    open: false,
                    ..buyer
                },
            );
            let free = buyer.tries.iter().position(|t| !t.written);
            if let (None, Some(number)) = (live, free) {
                let mut changed = Buyer {
                    hold: Hold::Pinned,
                    ..buyer
                };
                changed.tries[number].written = true;
                add("write attempt and pin", changed);
            }
        }
        (Hold::Held, Design::HoldRunsOutByTheClock) => {
            add(
                "run out",
                Buyer {
                    hold: Hold::Released,
                    open: false,
                    ..buyer
                },
            );
            if !buyer.tries[0].written {
                let mut changed = buyer;
                changed.tries[0].written = true;
                add("write attempt", changed);
            }
        }
        (Hold::Pinned, _) => add(
            "pin times out",
            Buyer {
                hold: Hold::Cancelling,
                ..buyer
            },
        ),
        (Hold::None | Hold::Cancelling | Hold::Released | Hold::Converted, _) => {}
    }
}

/// Calls to the provider and what happens there.
fn payment_steps(buyer: Buyer, number: usize, design: Design, add: &mut Add<'_>) {
    let this = buyer.tries[number];
    let mut put = |name: &'static str, changed: Try| {
        let mut after = buyer;
        after.tries[number] = changed;
        add(name, after);
    };
    if this.written && !this.in_flight && is_live(this.ours) {
        let may_send = match design {
            Design::CancelBeforeRelease => buyer.hold == Hold::Pinned,
            Design::HoldRunsOutByTheClock => true,
        };
        if may_send && this.truth < Pay::Action {
            put(
                "send create with confirm",
                Try {
                    in_flight: true,
                    ..this
                },
            );
        }
    }
    if this.written && this.truth == Pay::None {
        put("replay create without confirm", this.becomes(Pay::Unconfirmed));
    }
    if buyer.hold == Hold::Cancelling && matches!(this.truth, Pay::Unconfirmed | Pay::Action) {
        put("void", this.becomes(Pay::Canceled));
    }
    if this.in_flight {
        let landed = Try {
            in_flight: false,
            ..this
        };
        if this.truth < Pay::Action {
            for truth in [Pay::Action, Pay::Processing, Pay::Failed, Pay::Succeeded] {
                put("land", landed.becomes(truth));
            }
        } else {
            put("land again", landed);
        }
    }
    if this.truth == Pay::Action {
        for truth in [Pay::Processing, Pay::Failed, Pay::Succeeded] {
            put("buyer acts", this.becomes(truth));
        }
    }
    if this.truth == Pay::Processing {
        for truth in [Pay::Failed, Pay::Succeeded] {
            put("bank answers", this.becomes(truth));
        }
    }
    if this.owes_refund && !this.refunded {
        put("refund", Try { refunded: true, ..this });
    }
}

/// Any status that the payment ever had may arrive now, by answer, webhook, redirect or sweep.
fn news_steps(buyer: Buyer, number: usize, has_room: bool, add: &mut Add<'_>) {
    for news in [
        Pay::Unconfirmed,
        Pay::Action,
        Pay::Processing,
        Pay::Failed,
        Pay::Canceled,
        Pay::Succeeded,
    ] {
        let this = buyer.tries[number];
        if this.told & news.bit() == 0 || news <= this.ours {
            continue;
        }
        let mut changed = buyer;
        changed.tries[number].ours = news;
        match (news, buyer.hold) {
            (Pay::Succeeded, Hold::Held | Hold::Pinned | Hold::Cancelling) => {
                changed.hold = Hold::Converted;
                changed.tickets += 1;
            }
            (Pay::Succeeded, Hold::Released) if has_room => {
                changed.hold = Hold::Converted;
                changed.tickets += 1;
            }
            (Pay::Succeeded, Hold::None | Hold::Released | Hold::Converted) => {
                changed.tries[number].owes_refund = true;
            }
            // After the last try the place goes free at once.
            (Pay::Failed | Pay::Canceled, Hold::Pinned) if number + 1 == TRIES => {
                changed.hold = Hold::Released;
                changed.open = false;
            }
            (Pay::Failed | Pay::Canceled, Hold::Pinned) => changed.hold = Hold::Held,
            (Pay::Failed | Pay::Canceled, Hold::Cancelling) => {
                changed.hold = Hold::Released;
                changed.open = false;
            }
            (Pay::Processing, Hold::Cancelling) => changed.hold = Hold::Pinned,
            _ => {}
        }
        add("news", changed);
    }
}
