//! Faults in the middle of a rush. After each the books are read from rows, as the database's administrator.
//!
//! The usual run is short. `BILTEN_KILLS=100 cargo nextest run --workspace -E 'test(rush::faults::kills)'` kills a hundred
//! times; a seed that is printed repeats the moments with `BILTEN_KILL_SEED`.

mod abandoned;
mod clocks;
mod crowd;
mod kills;
mod line;
mod mixed;
mod postgres;
mod rig;
mod terms;
