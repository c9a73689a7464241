//! The rush and what comes after it: many who want what few can have.

mod faults;
mod guest;
mod pages;
mod pages_availability;
mod pages_forms;
mod pages_guard;
mod scarce_api;
mod scarce_persons;
mod scarce_tiers;
mod seats;
mod seats_api;
mod seats_crowd;
mod sim;
mod waiting_room;
mod waiting_room_carts;
mod waiting_room_console;
mod waiting_room_crowd;
mod waiting_room_pages;
mod waiting_room_tokens;
mod waitlist;
mod waitlist_lapsed;
mod waitlist_list;
mod waitlist_offers;
mod waitlist_pages;
mod waitlist_turns;
