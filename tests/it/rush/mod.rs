//! The rush and what comes after it: many who want what few can have.

mod waitlist;
mod waitlist_list;
mod waitlist_offers;
mod waitlist_pages;
mod waitlist_turns;
