//! When everybody comes at once.

mod pages;
mod pages_availability;
mod pages_forms;
mod pages_guard;
