//! The rush and what comes after it: many who want what few can have.

mod pages;
mod pages_availability;
mod pages_forms;
mod pages_guard;
mod waitlist;
mod waitlist_list;
mod waitlist_offers;
mod waitlist_pages;
mod waitlist_turns;
