//! The on-sale rush: what breaks while everybody comes at once.

mod faults;
mod sim;
