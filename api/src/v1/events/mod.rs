//! Events and their ticket types.

pub(super) mod create;
mod event;
pub(super) mod list;
pub(super) mod publish;
pub(super) mod seat_plan;
pub(super) mod show;
pub(super) mod waiting_list;

pub(super) use event::Event;
