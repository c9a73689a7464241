//! The waiting room: a fair queue before the sale of an event that more people want than can be served at once.
//!
//! ```text
//! joins ─▶ seat ──opening──▶ place ──admission reaches it──▶ turn ──▶ pass ──▶ cart
//!          (a number)        (drawn, or in order of coming)          (a row)
//! ```
//! - A *seat* is a number in the order of coming. Before the opening nobody's place depends on it: at the opening the
//!   [`Draw`] shuffles the seats, and anybody can recompute it. Seats that come later keep their number as place.
//! - *Admission* is a pure function of time and the room's row ([`Schedule`]): nodes agree without talking.
//! - Who waits has a signed token that is bound to his browser ([`QueueSigner`]), and no row. Polls are answered from
//!   memory ([`Rooms`]): no query for a visitor, one a second for a tenant.
//! - Each place is used once and each browser has one: the primary key of the passes says so.
//! - A pass makes one cart at a time and few in all ([`CartLimit`]), so that a place does not hold stock many times.
//!
//! Why it is built so: `docs/adr/0011-waiting-room.md`. Not here: cookies, pages, limits of networks (`api`).

mod auto;
mod carts;
mod challenge;
mod configure;
mod draw;
mod join;
mod pause;
mod room;
mod rooms;
mod schedule;
mod store;
mod take_pass;
mod token;

pub(crate) use carts::PassCarts;
pub use carts::{CartLimit, MAX_CARTS};
pub use challenge::{Challenge, ChallengeError, DIFFICULTY_STEPS, ProofOfWork, Solution};
pub use configure::{ConfigureError, RoomSettings, configure, find};
pub use draw::{ALGORITHM, Draw, Seed};
pub use join::JoinError;
pub use pause::{PauseError, set_paused};
pub use room::{EventFacts, Figures, Mode, OpenRoom, Room, Standing};
pub use rooms::{Rooms, RoomsParts};
pub use schedule::Schedule;
pub use take_pass::{MAX_EXTENSIONS, PassError, TidyPasses, count_passes, take_pass};
pub use token::{Device, Pass, Place, QueueSigner, TokenError};
