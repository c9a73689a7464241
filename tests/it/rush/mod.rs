//! The on-sale rush: more people than tickets, and all of them at once.

mod guest;
mod waiting_room;
mod waiting_room_console;
mod waiting_room_crowd;
mod waiting_room_pages;
mod waiting_room_tokens;
